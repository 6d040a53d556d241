using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

public sealed class LauncherProgramTests : IDisposable
{
    private readonly string folder = Descriptors.CreateTemporaryDirectory(Path.GetTempPath() + "launcher-");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Arguments_reach_the_program_byte_for_byte()
    {
        var run = Launch("--", "/usr/bin/printf", "%s", "a\uDCFF");

        Assert.Equal("a\uDCFF", run.OutputText);
    }

    [Fact]
    public void The_program_dies_with_the_process_that_ordered_it()
    {
        // The shell stands for our process: it starts the launcher and is killed.
        var parent = ChildProcess.Start("/bin/sh", ["sh", "-c", $"{Quoted(Words())} --parent $$ -- /bin/sleep 1000 & echo $! > {folder}/pid; wait"], new());
        var program = WaitForProgram("sleep");

        parent.Kill();
        parent.Dispose();

        while (Directory.Exists($"/proc/{program}") && StateOf(program) != 'Z')
        {
            Thread.Sleep(10);
        }
    }

    [Fact]
    public void It_refuses_to_start_for_a_process_that_is_gone()
    {
        var run = Launch("--parent", "999999999", "--", "/bin/echo", "alive");

        Assert.Equal(126, run.Exit.ExitCode);
        Assert.Equal("", run.OutputText);
        Assert.Equal("virttools-launch: the process that ordered this launch is gone", run.ErrorText);
    }

    [Fact]
    public void A_fenced_program_reads_what_was_named_and_nothing_else()
    {
        File.WriteAllText(folder + "/named", "yes");
        File.WriteAllText(folder + "/other", "no");

        var run = Launch("--fence", "--read", "/usr", "--read", "/lib", "--read", "/lib64", "--read", folder + "/named", "--",
            "/usr/bin/cat", folder + "/named", folder + "/other");

        Assert.Equal("yes", run.OutputText);
        Assert.Contains("other: Permission denied", run.ErrorText);
    }

    [Fact]
    public void Descriptors_above_the_last_named_one_stay_behind()
    {
        using var kept = Descriptors.CreateMemoryFile("kept");
        using var lost = Descriptors.CreateMemoryFile("lost");

        var run = ChildProcess.Run(
            [.. Words(), "--descriptors", "3", "--", "/bin/ls", "/proc/self/fd"],
            new() { Descriptors = [new(kept, 3), new(lost, 4)] });

        // 4 is the folder that ls reads.
        Assert.Equal("0\n1\n2\n3\n4\n", run.OutputText);
    }

    [Theory]
    [InlineData("virttools-launch: usage: virttools-launch [OPTION...] -- PROGRAM [ARGUMENT...]")]
    [InlineData("virttools-launch: no program after --", "--")]
    [InlineData("virttools-launch: --nonsense: no such option", "--nonsense", "--", "/bin/true")]
    [InlineData("virttools-launch: --parent: wants a value", "--parent")]
    [InlineData("virttools-launch: --user wants UID:GID", "--user", "7", "--", "/bin/true")]
    [InlineData("virttools-launch: /no/such/program: No such file or directory", "--", "/no/such/program")]
    public void Mistakes_are_one_sentence(string expected, params string[] arguments)
    {
        var run = Launch(arguments);

        Assert.Equal(126, run.Exit.ExitCode);
        Assert.Equal(expected, run.ErrorText);
    }

    private static IReadOnlyList<string> Words() => LauncherProgram.Words();

    private static CompletedProcess Launch(params string[] arguments) => ChildProcess.Run([.. Words(), .. arguments], new());

    private static string Quoted(IReadOnlyList<string> words) => string.Join(' ', words.Select(word => $"'{word}'"));

    private static char StateOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'Z';
        }
    }

    private int WaitForProgram(string name)
    {
        while (true)
        {
            if (File.Exists(folder + "/pid") && int.TryParse(File.ReadAllText(folder + "/pid"), out var id)
                && File.ReadAllText($"/proc/{id}/comm").Trim() == name)
            {
                return id;
            }

            Thread.Sleep(10);
        }
    }
}
