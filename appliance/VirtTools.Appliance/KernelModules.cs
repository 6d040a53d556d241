using System.Collections.Frozen;

namespace VirtTools.Appliance;

/// <summary>The modules of one kernel and what each depends on (<c>modules.dep</c> of depmod(8)).</summary>
internal sealed class KernelModules
{
    private readonly FrozenDictionary<string, string[]> dependencies;
    private readonly FrozenDictionary<string, string> pathByName;

    private KernelModules(Dictionary<string, string[]> dependencies)
    {
        this.dependencies = dependencies.ToFrozenDictionary(StringComparer.Ordinal);
        pathByName = dependencies.Keys.ToFrozenDictionary(NameOf, StringComparer.Ordinal);
    }

    /// <summary>The paths of all modules, from the folder of this kernel version ("kernel/fs/ext4/ext4.ko").</summary>
    public IEnumerable<string> Paths => dependencies.Keys;

    /// <summary>Reads <c>modules.dep</c>.</summary>
    public static KernelModules Parse(string modulesDep)
    {
        var dependencies = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var line in modulesDep.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                dependencies[line[..colon]] = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        return new(dependencies);
    }

    /// <summary>The name that the kernel knows a module by: file names use - and _ alike.</summary>
    public static string NameOf(string path) => Path.GetFileNameWithoutExtension(path).Replace('-', '_');

    /// <summary>The paths of the named modules, each after everything that it depends on.</summary>
    /// <exception cref="ApplianceException">This kernel has no such module.</exception>
    public IReadOnlyList<string> InLoadOrder(IEnumerable<string> names) => LoadOrder(names.Select(PathOf));

    /// <summary>The given modules and all that they depend on.</summary>
    public IReadOnlySet<string> WithDependencies(IEnumerable<string> paths) => LoadOrder(paths).ToHashSet(StringComparer.Ordinal);

    private string PathOf(string name) =>
        pathByName.TryGetValue(name, out var path) ? path : throw new ApplianceException($"the kernel has no module {name}");

    private List<string> LoadOrder(IEnumerable<string> paths)
    {
        List<string> order = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            Add(path);
        }

        return order;

        void Add(string path)
        {
            if (!seen.Add(path))
            {
                return;
            }

            // depmod lists the direct dependency first and the deepest last.
            foreach (var dependency in dependencies.GetValueOrDefault(path, []).Reverse())
            {
                Add(dependency);
            }

            order.Add(path);
        }
    }
}
