namespace VirtTools.Appliance;

/// <summary>Finds the libraries that programs of a tree need, where the dynamic linker would look when it has no cache.</summary>
internal sealed class LibraryWalk(string tree)
{
    private static readonly string[] DefaultFolders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];

    /// <summary>Where a program finds a library; null where it does not. The answer is a path from the root of the tree.</summary>
    public string? Find(string library, IReadOnlyList<string> searchPath, string program)
    {
        if (library.StartsWith('/'))
        {
            return File.Exists(tree + library) ? library : null;
        }

        var own = searchPath.Select(folder => folder.Replace("$ORIGIN", Path.GetDirectoryName(program), StringComparison.Ordinal)
            .Replace("${ORIGIN}", Path.GetDirectoryName(program), StringComparison.Ordinal));
        return own.Concat(DefaultFolders).Select(folder => $"{folder}/{library}").FirstOrDefault(path => File.Exists(tree + path));
    }

    /// <summary>All libraries that an ELF file needs, directly or through others, and its dynamic linker.</summary>
    /// <param name="elf">The program.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="ApplianceException">A library is missing.</exception>
    public IReadOnlyList<string> Closure(ElfFile elf, string name)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<(ElfFile File, string Path)>([(elf, name)]);
        while (open.TryDequeue(out var entry))
        {
            foreach (var library in entry.File.Needed)
            {
                var path = Find(library, entry.File.SearchPath, entry.Path)
                    ?? throw new ApplianceException($"{name}: the library {library}, which {entry.Path} needs, is in no package of the appliance");
                if (found.Add(path) && ElfFile.TryParse(File.ReadAllBytes(tree + path)) is { } next)
                {
                    open.Enqueue((next, path));
                }
            }
        }

        return [.. found];
    }

    /// <summary>Checks that every program and library of the tree finds everything that it needs.</summary>
    /// <exception cref="ApplianceException">Something is missing; the message lists it all.</exception>
    public void Check(IEnumerable<string> files)
    {
        List<string> missing = [];
        foreach (var file in files)
        {
            if (ReadElf(file) is { } elf)
            {
                missing.AddRange(elf.Needed.Where(library => Find(library, elf.SearchPath, file) is null).Select(library => $"{file} needs {library}"));
            }
        }

        if (missing.Count > 0)
        {
            throw new ApplianceException($"the appliance lacks libraries: {string.Join("; ", missing)}");
        }
    }

    private ElfFile? ReadElf(string file)
    {
        using var stream = File.OpenRead(tree + file);
        Span<byte> start = stackalloc byte[64];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !ElfFile.IsElf(start))
        {
            return null;
        }

        return ElfFile.TryParse(File.ReadAllBytes(tree + file));
    }
}
