using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

const string usage = """
    guest-images: makes the guest disk images that tests, the demo and the benchmarks use

    guest-images --list            names and descriptions
    guest-images NAME              builds it if need be and prints the paths of its disks
    guest-images NAME OUTPUT       copies its disk to a file (several disks: into a folder)
    guest-images --all             builds everything

    The images are kept in artifacts/fixtures of the clone, or in the folder that VIRTTOOLS_FIXTURES names.
    """;

try
{
    return args switch
    {
        ["--list"] => List(),
        ["--all"] => All(),
        ["--help"] => Print(usage),
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
