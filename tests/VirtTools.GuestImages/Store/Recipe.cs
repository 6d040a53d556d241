using System.Security.Cryptography;
using System.Text;
using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Store;

/// <summary>Code that makes a folder of disk images in one go; the unit of the cache.</summary>
/// <param name="Name">Names the folder.</param>
/// <param name="Source">The file of the folder Recipes that holds the code; its content is part of the cache key.</param>
/// <param name="Programs">The programs it runs; their versions are part of the cache key.</param>
/// <param name="Make">Makes the files in a new empty folder.</param>
public sealed record Recipe(string Name, string Source, IReadOnlyList<HostProgram> Programs, Action<string> Make)
{
    /// <summary>Whether the same programs make the same bytes each time, on any machine and as any user.</summary>
    public bool IsReproducible { get; init; }

    /// <summary>Further files of the folder Recipes that hold code of this one.</summary>
    public IReadOnlyList<string> OtherSources { get; init; } = [];

    /// <summary>The hash of everything that shapes the images: this code, the shared building code, program versions.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyText())))[..16];

    private string KeyText() => string.Join(
        '\0', [Name, Embedded("Recipes/" + Source), .. OtherSources.Select(source => Embedded("Recipes/" + source)), .. BuildingSources().Select(Embedded), Building.Programs.Versions(Programs)]);

    private static IEnumerable<string> BuildingSources() =>
        typeof(Recipe).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Building/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Embedded(string source)
    {
        using var stream = typeof(Recipe).Assembly.GetManifestResourceStream(source)
            ?? throw new FixtureException($"{source} is not embedded in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
