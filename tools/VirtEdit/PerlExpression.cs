using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;
using ExitStatus = VirtTools.Posix.ExitStatus;

namespace VirtTools.Commands;

/// <summary>
/// Carries out <c>-e</c>: the host's perl evaluates the expression for each line, as in the original: the line with its end is <c>$_</c>, its number is
/// <c>$lineno</c>, and what <c>$_</c> holds afterwards is the new line.
/// </summary>
/// <param name="expression">The expression. It goes to perl by the environment, as in the original: no shell and no command line holds it.</param>
/// <param name="temporaryFolder">Takes the new content.</param>
/// <param name="streams">Gets what perl writes to its standard error.</param>
/// <param name="perl">Name of the program.</param>
internal sealed class PerlExpression(
    string expression, string temporaryFolder, CommandStreams streams, string perl = PerlExpression.Perl) : IFileChange
{
    private const string Perl = "perl";
    private const string Variable = "virt_edit_expr";
    private const int MostComplaint = 64 * 1024;

    // Evaluated as text for each line, so that "my" variables, "next" and "last" do what they do in the original.
    private const string Program = """
        while (<STDIN>) { $lineno++; eval $ENV{virt_edit_expr}; die $@ if $@; print STDOUT $_ or die "cannot write: $!\n" }
        close STDOUT or die "cannot write: $!\n"
        """;

    public async Task<ContentFile> ApplyAsync(ContentFile before, string path, CancellationToken cancellationToken)
    {
        var program = ProgramPath.Find(perl)
            ?? throw new CommandFailedException("perl is missing on this host: install the package perl, or use --replace instead of -e");
        var after = ContentFile.Create(temporaryFolder);
        try
        {
            var (exit, complaint) = await RunAsync(program, before, after, cancellationToken).ConfigureAwait(false);
            if (!exit.IsSuccess)
            {
                throw new EditFailedException($"the expression failed: {(complaint.Length > 0 ? complaint : $"perl {exit}")}");
            }

            foreach (var line in complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                streams.WriteError(line);
            }

            return after;
        }
        catch
        {
            after.Dispose();
            throw;
        }
    }

    private async Task<(ExitStatus Exit, string Complaint)> RunAsync(
        string program, ContentFile before, ContentFile after, CancellationToken cancellationToken)
    {
        var error = Descriptors.CreatePipe();
        using var reader = error.Reader;
        using var child = Start(program, before, after, error);
        await using var registration = cancellationToken.Register(() => child.Kill());
        var complaint = await DedicatedThread.Run("standard error of perl", () => ReadAll(error)).ConfigureAwait(false);
        var exit = await child.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return (exit, complaint);
    }

    private ChildProcess Start(string program, ContentFile before, ContentFile after, Pipe error)
    {
        using var writer = error.Writer;
        using var input = before.Reopen(OpenFlags.ReadOnly);
        using var output = after.Reopen(OpenFlags.WriteOnly);
        return ChildProcess.Start(program, [Perl, "-e", Program], new()
        {
            Descriptors = [new(input, 0), new(output, 1), new(writer, 2)],
            Environment = [.. ProcessEnvironment.All().Where(entry => !entry.StartsWith(Variable + "=", StringComparison.Ordinal)), $"{Variable}={expression}"],
        });
    }

    private static string ReadAll(Pipe error)
    {
        var tail = new TailBuffer(MostComplaint);
        var block = new byte[4096];
        while (Descriptors.Read(error.Reader, block) is > 0 and var count)
        {
            tail.Add(block.AsSpan(0, count));
        }

        return ByteString.GetString(tail.ToArray()).TrimEnd('\n');
    }
}
