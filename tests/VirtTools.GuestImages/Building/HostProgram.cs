using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>A program of the host that recipes run, and the Debian package that holds it.</summary>
/// <param name="Name">The program's name, looked up in PATH and the sbin folders.</param>
/// <param name="Package">The Debian package to install when it is missing.</param>
public sealed record HostProgram(string Name, string Package)
{
    /// <summary>2023-11-14 22:13:20 UTC: the moment at which all fixtures seem to have been made.</summary>
    public const long Epoch = 1_700_000_000;

    private const int OutputLimit = 64 * 1024 * 1024;

    /// <summary>Where the program is, or null where it is not installed.</summary>
    public string? Path => SearchPath().Select(folder => System.IO.Path.Combine(folder, Name)).FirstOrDefault(File.Exists);

    /// <summary>Runs the program and fails with its stderr unless it exits with 0.</summary>
    /// <exception cref="FixtureException">The program is missing, failed or took too long.</exception>
    public ProgramResult Run(ProgramInput input, params IReadOnlyList<string> arguments)
    {
        var result = TryRun(input, arguments);
        if (result.ExitCode != 0)
            throw new FixtureException($"{Name} {string.Join(' ', arguments)}: exit status {result.ExitCode}: {result.ErrorText}");
        return result;
    }

    /// <inheritdoc cref="Run(ProgramInput, IReadOnlyList{string})"/>
    public ProgramResult Run(params IReadOnlyList<string> arguments) => Run(ProgramInput.None, arguments);

    /// <summary>Runs the program and returns whatever it says.</summary>
    /// <exception cref="FixtureException">The program is missing or took too long.</exception>
    public ProgramResult TryRun(ProgramInput input, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path ?? Name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = input.WorkingFolder ?? "/",
        };
        start.Environment["PATH"] = string.Join(':', SearchPath());
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        start.Environment["SOURCE_DATE_EPOCH"] = $"{Epoch}";
        foreach (var (name, value) in input.Environment)
            start.Environment[name] = value;

        using var process = Start(start);
        var output = ReadAsync(process.StandardOutput.BaseStream);
        var error = ReadAsync(process.StandardError.BaseStream);
        Feed(process, input.Bytes);
        if (!process.WaitForExit(input.Deadline))
        {
            process.Kill(entireProcessTree: true);
            throw new FixtureException($"{Name}: ended after {input.Deadline.TotalSeconds:0} seconds without a result");
        }

        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new FixtureException($"{Name}: {e.Message}; run: apt-get install {Package}");
        }
    }

    private static void Feed(Process process, byte[] bytes)
    {
        try
        {
            using var stdin = process.StandardInput.BaseStream;
            stdin.Write(bytes);
        }
        catch (IOException)
        {
            // The program ended without reading its input; its exit status tells why.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[65536];
        int count;
        while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            if (bytes.Length + count > OutputLimit)
                throw new FixtureException($"a program wrote more than {OutputLimit} bytes");
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
        .Where(folder => folder.StartsWith('/')).Distinct();
}

/// <summary>What a program gets besides its arguments.</summary>
/// <param name="Bytes">Its standard input.</param>
public sealed record ProgramInput(byte[] Bytes)
{
    /// <summary>Empty standard input, no further environment.</summary>
    public static readonly ProgramInput None = new([]);

    /// <summary>Text on standard input.</summary>
    public ProgramInput(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Variables added to the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The current folder, or null for the root folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>How long the program may take. Generous: a busy machine is no failure, a program that hangs is.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>How a program ended and what it wrote.</summary>
public sealed record ProgramResult(int ExitCode, byte[] Output, byte[] Error)
{
    /// <summary>Standard output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>Standard error as text.</summary>
    public string ErrorText => Encoding.UTF8.GetString(Error);
}

/// <summary>A fixture could not be made: what failed and what to do.</summary>
public sealed class FixtureException(string message) : Exception(message);
