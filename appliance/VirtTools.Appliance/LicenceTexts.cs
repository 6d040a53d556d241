using System.Text;

namespace VirtTools.Appliance;

/// <summary>Collects the copyright notices and licences of all packages into one file: whoever passes an appliance on passes them on too.</summary>
internal static class LicenceTexts
{
    /// <summary>Writes the file. The tree must not be pruned yet.</summary>
    public static void Write(PackageTree tree, string output)
    {
        using var writer = new StreamWriter(output, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        writer.WriteLine("This appliance holds programs of Debian 12, each under its own licence, as follows.");
        foreach (var folder in Directory.GetDirectories($"{tree.Path}/usr/share/doc").Order(StringComparer.Ordinal))
        {
            var file = new FileInfo($"{folder}/copyright");
            if (file.Exists && file.LinkTarget is null)
            {
                Append(writer, $"package {Path.GetFileName(folder)}", file.FullName);
            }
        }

        foreach (var file in Directory.GetFiles($"{tree.Path}/usr/share/common-licenses").Order(StringComparer.Ordinal))
        {
            if (new FileInfo(file).LinkTarget is null)
            {
                Append(writer, $"licence {Path.GetFileName(file)}", file);
            }
        }
    }

    private static void Append(StreamWriter writer, string title, string file)
    {
        writer.WriteLine();
        writer.WriteLine($"==== {title}");
        writer.WriteLine();
        writer.WriteLine(File.ReadAllText(file));
    }
}
