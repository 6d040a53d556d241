using System.Diagnostics;
using System.Text;
using VirtTools.CommandLine.Options;
using VirtTools.Commands;
using VirtTools.Commands.Watch;
using VirtTools.Posix;

namespace VirtTools.Tests.Commands;

public sealed class PromtoolTests
{
    [PromtoolFact]
    public void The_real_promtool_has_nothing_to_say_against_our_metrics()
    {
        var writer = new UsageMetrics();
        using var output = new MemoryStream();
        writer.Add(output, new("a \"b\\c\nd\udcff.img", [new("/dev/sda1", "ext4", Samples.Counts(4096, 8568, 8561, 6309, 10240, 10174))], [], 1700000000));
        writer.Add(output, new("bad.img", [], [new(null, null, "no such image"), new("/dev/sda2", null, "bad superblock")], 1700000000));
        writer.End(output);

        AssertNothingToSay(Encoding.UTF8.GetString(output.ToArray()));
    }

    [PromtoolFact]
    public void Nor_against_those_of_the_watch()
    {
        var read = new WatchedGuest([new ImageChoice("/images/a \"b\".img")]);
        read.Take(new(read.Name, [new("/dev/sda1", "ext4", Samples.Counts(4096, 8568, 8561, 6309, 10240, 10174))], [], 1700000000), null);
        var failed = new WatchedGuest([new ImageChoice("/images/bad.img")]);
        failed.Take(new(failed.Name, [], [new(null, null, "no such image")], 1700000000), null);

        AssertNothingToSay(WatchMetrics.Write([read, failed, new([new ImageChoice("/images/new.img")])], isListed: true, 1700000001));
    }

    private static void AssertNothingToSay(string metrics)
    {
        using var promtool = Process.Start(new ProcessStartInfo(PromtoolFactAttribute.Program!, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        promtool.StandardInput.Write(metrics);
        promtool.StandardInput.Close();
        var said = promtool.StandardOutput.ReadToEnd() + promtool.StandardError.ReadToEnd();
        promtool.WaitForExit();

        Assert.Equal("", said);
        Assert.Equal(0, promtool.ExitCode);
    }

    /// <summary>Skipped where there is none; <c>build.sh</c> fetches it from Debian's package prometheus.</summary>
    internal sealed class PromtoolFactAttribute : FactAttribute
    {
        public static string? Program { get; } = ProgramPath.Find("promtool");

        public PromtoolFactAttribute() => Skip = Program is not null ? null! : "promtool (Debian package prometheus) is not to be had";
    }
}
