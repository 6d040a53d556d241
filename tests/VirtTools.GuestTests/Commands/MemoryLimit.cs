namespace VirtTools.GuestTests.Commands;

/// <summary>A memory control group of version 1 or 2 below that of this process (cgroups(7)), for one program at a time.</summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;
    private readonly bool _isFirstVersion;

    private MemoryLimit(string folder, bool isFirstVersion)
    {
        _folder = folder;
        _isFirstVersion = isFirstVersion;
    }

    /// <summary>How many processes the kernel has ended because the memory was used up.</summary>
    public int Killed => Row(_isFirstVersion ? "memory.oom_control" : "memory.events", "oom_kill");

    /// <summary>Makes a group.</summary>
    /// <exception cref="IOException">This system allows none.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may make none.</exception>
    public static MemoryLimit Create(long bytes)
    {
        var lines = File.ReadAllLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).ToList();
        var first = lines.Find(parts => parts[1].Split(',').Contains("memory"));
        var parent = first is not null ? $"{Root}/memory{first[2]}" : $"{Root}{lines.Find(parts => parts[0] == "0")![2]}";
        var limit = new MemoryLimit($"{parent.TrimEnd('/')}/virttools-test-{Guid.NewGuid():N}", first is not null);
        Directory.CreateDirectory(limit._folder);
        try
        {
            File.WriteAllText($"{limit._folder}/{(first is not null ? "memory.limit_in_bytes" : "memory.max")}", $"{bytes}");
            return limit;
        }
        catch
        {
            limit.Dispose();
            throw;
        }
    }

    /// <summary>Why no group can be made here; null if one can.</summary>
    public static string? Objection()
    {
        try
        {
            Create(1L << 30).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"no memory control group can be made here: {e.Message}";
        }
    }

    /// <summary>The words of a command that runs another one inside the group.</summary>
    public string[] Words(string program) => ["sh", "-c", $"echo $$ > '{_folder}/cgroup.procs' && exec \"$@\"", "sh", program];

    public void Dispose()
    {
        // A process that has just ended may be counted for a moment still.
        for (var tries = 0; tries < 50 && Directory.Exists(_folder); tries++)
        {
            try
            {
                Directory.Delete(_folder);
            }
            catch (IOException)
            {
                Thread.Sleep(100);
            }
        }
    }

    private int Row(string file, string name) =>
        File.ReadAllLines($"{_folder}/{file}").Select(line => line.Split(' ')).Where(words => words[0] == name).Select(words => int.Parse(words[1])).Single();
}

/// <summary>A test that needs a memory control group.</summary>
internal sealed class LimitedMemoryFactAttribute : FactAttribute
{
    public LimitedMemoryFactAttribute() => Skip = MemoryLimit.Objection()!;
}
