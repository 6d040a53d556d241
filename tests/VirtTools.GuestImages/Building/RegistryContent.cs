using System.Globalization;
using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>Keys and values of a registry hive, written down in code and made a hive by hivex.</summary>
public sealed class RegistryContent
{
    private const string Prefix = @"HKLM\HIVE";
    private const string Encoding16 = "hex(1):";

    private readonly StringBuilder text = new("Windows Registry Editor Version 5.00\n\n");
    private readonly HashSet<string> keys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A key with values; the keys above it are made too.</summary>
    /// <param name="path">From the root of the hive on, with backslashes.</param>
    /// <param name="values">Name and value: a string, a number of 32 bits or bytes.</param>
    public RegistryContent Key(string path, params IReadOnlyList<(string Name, object Value)> values)
    {
        var names = path.Split('\\');
        for (var depth = 1; depth < names.Length; depth++)
        {
            var above = string.Join('\\', names[..depth]);
            if (keys.Add(above))
                text.Append(CultureInfo.InvariantCulture, $"[{Prefix}\\{above}]\n\n");
        }

        keys.Add(path);
        text.Append(CultureInfo.InvariantCulture, $"[{Prefix}\\{path}]\n");
        foreach (var (name, value) in values)
            text.Append(CultureInfo.InvariantCulture, $"\"{name.Replace(@"\", @"\\", StringComparison.Ordinal)}\"={Format(value)}\n");
        text.Append('\n');
        return this;
    }

    /// <summary>The hive as a file's bytes.</summary>
    public byte[] Hive(WorkFolder work)
    {
        var hive = work.New();
        File.WriteAllBytes(hive, MinimalHive.Bytes());
        var registry = work.New();
        File.WriteAllText(registry, text.ToString());
        Programs.Hivexregedit.Run("--merge", "--prefix", Prefix, hive, registry);
        return File.ReadAllBytes(hive);
    }

    private static string Format(object value) => value switch
    {
        string text => Encoding16 + Bytes(Encoding.Unicode.GetBytes(text + "\0")),
        int number => string.Create(CultureInfo.InvariantCulture, $"dword:{number:x8}"),
        byte[] bytes => "hex(3):" + Bytes(bytes),
        _ => throw new FixtureException($"{value.GetType().Name}: no type of the registry stands for it"),
    };

    private static string Bytes(byte[] bytes) => string.Join(',', bytes.Select(each => each.ToString("x2", CultureInfo.InvariantCulture)));
}
