namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>A version of a package as most formats write it: <c>EPOCH:VERSION-RELEASE</c>, of which only the middle must be there.</summary>
internal readonly record struct PackageVersion(int Epoch, string Version, string Release)
{
    /// <summary>Takes it apart. The release begins behind the last hyphen; what is in front of a colon and no number belongs to the version.</summary>
    public static PackageVersion Parse(string text)
    {
        var colon = text.IndexOf(':');
        var epoch = 0;
        if (colon > 0 && int.TryParse(text.AsSpan(0, colon), System.Globalization.NumberStyles.None, null, out epoch))
        {
            text = text[(colon + 1)..];
        }

        var hyphen = text.LastIndexOf('-');
        return hyphen < 0 ? new(epoch, text, "") : new(epoch, text[..hyphen], text[(hyphen + 1)..]);
    }
}
