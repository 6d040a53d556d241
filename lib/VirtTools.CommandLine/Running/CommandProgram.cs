using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Running;

/// <summary>The work of a command.</summary>
/// <param name="options">What the command line asks for.</param>
/// <param name="context">Where results, complaints and logs go.</param>
/// <param name="cancellationToken">Set by Ctrl-C and SIGTERM.</param>
internal delegate Task CommandJob<in TOptions>(TOptions options, CommandContext context, CancellationToken cancellationToken)
    where TOptions : GuestOptions;

/// <summary>Runs a command from its command line to its exit status.</summary>
internal static class CommandProgram
{
    /// <summary>
    /// Reads the command line; prints what it asks to print, or runs the job in a host.
    /// </summary>
    /// <param name="name">Name of the command.</param>
    /// <param name="help">What <c>--help</c> prints.</param>
    /// <param name="options">Gets the command line's values.</param>
    /// <param name="arguments">The arguments as .NET gives them.</param>
    /// <param name="job">The work; complaints through its streams make the exit status 1.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync<TOptions>(string name, string help, TOptions options, string[] arguments, CommandJob<TOptions> job)
        where TOptions : GuestOptions
    {
        var plain = CommandStreams.OfProcess(name, raw: false);
        try
        {
            if (await HiddenRequests.TryAnswerAsync(ProcessArguments.Lossless(arguments), help, options, plain).ConfigureAwait(false))
            {
                plain.Output.Flush();
                return ExitStatus.Success;
            }

            var order = ProcessEnvironment.Get("POSIXLY_CORRECT") is null ? OperandOrder.Anywhere : OperandOrder.AfterOptions;
            var request = options.Read(ProcessArguments.Lossless(arguments), order);
            if (request != CommandRequest.Run)
            {
                plain.Write(TextFor(request, name, help, options));
                plain.Output.Flush();
                return ExitStatus.Success;
            }
        }
        catch (UsageException e)
        {
            plain.Complain($"{e.Message} ('{name} --help' shows the options)");
            foreach (var line in help.Split('\n').Where(l => e.ShowsSynopsis && l.StartsWith(name + " ", StringComparison.Ordinal)))
            {
                plain.WriteError($"usage: {line}");
            }

            return ExitStatus.Failure;
        }
        catch (IOException e)
        {
            return StatusOf(e, plain);
        }

        return await RunJobAsync(options, CommandStreams.OfProcess(name, options.IsRaw), job).ConfigureAwait(false);
    }

    /// <summary>Runs the job and turns whatever ends it into an exit status and at most one sentence.</summary>
    internal static async Task<int> RunJobAsync<TOptions>(TOptions options, CommandStreams streams, CommandJob<TOptions> job)
        where TOptions : GuestOptions
    {
        using var host = BuildHost(options, streams);
        await host.StartAsync().ConfigureAwait(false);
        var lifetime = (SignalLifetime)host.Services.GetRequiredService<IHostLifetime>();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(streams.Program);
        int status;
        try
        {
            await job(options, new(streams, logger), stopping).ConfigureAwait(false);
            streams.Output.Flush();
            status = streams.ComplaintCount == 0 ? ExitStatus.Success : ExitStatus.Failure;
        }
        catch (Exception) when (lifetime.Status != 0)
        {
            status = lifetime.Status;
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "The command failed:");
            status = StatusOf(e, streams);
        }

        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        return lifetime.Status != 0 ? lifetime.Status : status;
    }

    private static IHost BuildHost(GuestOptions options, CommandStreams streams)
    {
        // The empty builder reads no appsettings.json from the current folder and no environment; the folder itself may be gone.
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = streams.Program, ContentRootPath = "/" });
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(options.IsVerbose ? Serilog.Events.LogEventLevel.Debug : Serilog.Events.LogEventLevel.Information)
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.Sink(new StandardErrorSink(streams));
        builder.Logging.AddSerilog(configuration.CreateLogger(), dispose: true);
        return builder.Build();
    }

    private static string TextFor(CommandRequest request, string name, string help, CommandOptions options) => request switch
    {
        CommandRequest.Help => help,
        CommandRequest.LongOptionList => string.Concat(options.LongNames.Select(n => n + "\n")),
        CommandRequest.ShortOptionList => string.Concat(options.ShortNames.Select(n => n + "\n")),
        _ => Printable.Lines(Versions.Describe(name)),
    };

    private static int StatusOf(Exception failure, CommandStreams streams)
    {
        failure = OutputFailedException.Behind(failure) ?? failure;
        if (failure is OutputClosedException)
        {
            return ExitStatus.OutputClosed;
        }

        try
        {
            streams.Complain(failure switch
            {
                GuestfsException or CommandFailedException or PosixException or OutputFailedException => failure.Message,
                OperationCanceledException => "the time set by --timeout is over",
                _ => $"a mistake in this program: {failure.Message}; please report it with what the same command prints under -v",
            });
        }
        catch (OutputClosedException)
        {
            return ExitStatus.OutputClosed;
        }
        catch (OutputFailedException)
        {
            // The output cannot be written, and the sentence has gone out all the same.
        }

        return ExitStatus.Failure;
    }
}
