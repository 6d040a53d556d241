using System.Diagnostics;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Parity;
using VirtTools.Fixtures.Store;

const string usage = """
    guest-images: makes the guest disk images that tests, the demo and the benchmarks use

    guest-images --list            names and descriptions
    guest-images NAME              builds it if need be and prints the paths of its disks
    guest-images NAME OUTPUT       copies its disk to a file (several disks: into a folder)
    guest-images --all             builds everything
    guest-images record [CASE...]  records what the original's programs write, where no recording holds
    guest-images live CASE         prints what the original writes for a case now
    guest-images cases             names of the cases

    The images are kept in artifacts/fixtures of the clone, or in the folder that VIRTTOOLS_FIXTURES names.
    """;

try
{
    return args switch
    {
        ["--list"] => List(),
        ["--all"] => All(),
        ["--help"] => Print(usage),
        ["cases"] => Cases(),
        ["record", .. var names] => Record(names),
        ["live", var name] => Live(name),
        [var name] when !name.StartsWith('-') => Show(GuestImages.Named(name)),
        [var name, var output] when !name.StartsWith('-') => Copy(GuestImages.Named(name), output),
        _ => Fail(usage),
    };
}
catch (FixtureException e)
{
    return Fail($"guest-images: {e.Message}");
}

static int List()
{
    var width = GuestImages.All.Max(fixture => fixture.Name.Length);
    foreach (var fixture in GuestImages.All)
        Console.WriteLine($"{fixture.Name.PadRight(width)}  {fixture.Description}");
    return 0;
}

static int All()
{
    foreach (var fixture in GuestImages.All)
        Show(fixture);
    return 0;
}

static int Show(Fixture fixture)
{
    foreach (var disk in fixture.Get())
        Console.WriteLine(disk.Path);
    return 0;
}

static int Copy(Fixture fixture, string output)
{
    var disks = fixture.Get();
    if (disks.Count > 1)
        Directory.CreateDirectory(output);
    foreach (var disk in disks)
    {
        var target = disks.Count > 1 ? Path.Combine(output, Path.GetFileName(disk.Path)) : output;
        SparseFile.Copy(disk.Path, target);
        Console.WriteLine(target);
    }

    return 0;
}

static int Cases()
{
    foreach (var parity in (ParityCase[])[.. ParityCases.Recorded, .. ParityCases.Differing, .. ParityCases.LiveOnly])
        Console.WriteLine($"{parity.Name}: {parity.Program} {string.Join(' ', parity.CommandLine)}");
    return 0;
}

static int Record(string[] names)
{
    bool Wanted(ParityCase parity) =>
        names.Length == 0 ? Recording.Load(parity) is not { } kept || kept.Misfit(parity) is not null : names.Contains(parity.Name);

    foreach (var parity in ParityCases.Recorded.Concat(ParityCases.Differing).Where(Wanted))
    {
        var watch = Stopwatch.StartNew();
        var recording = Recording.Live(parity);
        recording.Save(parity);
        Console.WriteLine($"{parity.Name}: exit status {recording.ExitCode}, {watch.Elapsed.TotalSeconds:0} s");
    }

    return 0;
}

static int Live(string name)
{
    var parity = ParityCases.Recorded.Concat(ParityCases.Differing).Concat(ParityCases.LiveOnly).FirstOrDefault(parity => parity.Name == name)
        ?? throw new FixtureException($"{name}: no such case; run: guest-images cases");
    var recording = Recording.Live(parity);
    using var output = Console.OpenStandardOutput();
    output.Write(recording.OutputBytes);
    using var error = Console.OpenStandardError();
    error.Write(recording.ErrorBytes);
    return recording.ExitCode;
}

static int Print(string text)
{
    Console.WriteLine(text);
    return 0;
}

static int Fail(string text)
{
    Console.Error.WriteLine(text);
    return 1;
}
