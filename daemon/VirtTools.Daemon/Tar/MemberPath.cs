namespace VirtTools.Daemon.Tar;

/// <summary>Names of members as paths below the folder that an archive is unpacked into.</summary>
internal static class MemberPath
{
    /// <summary>
    /// The path of a name: as GNU tar does, everything up to the last <c>..</c> and slashes at the start are taken away. Empty where nothing is left, which is the
    /// folder itself.
    /// </summary>
    public static string Of(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case "..":
                    parts.Clear();
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }
}
