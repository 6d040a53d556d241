using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>Puts something complete at a place that a user named, or leaves that place as it was.</summary>
internal static class ApplianceOutput
{
    /// <summary>Makes a folder beside the place and moves it there. What is there already goes, if it is empty or an appliance.</summary>
    /// <param name="folder">The place.</param>
    /// <param name="make">Makes the folder whose path it gets.</param>
    /// <exception cref="ApplianceException">The place holds something else, or cannot be written.</exception>
    public static T Replace<T>(string folder, Func<string, T> make)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        CheckReplaceable(place);
        var mark = Guid.NewGuid().ToString("N")[..8];
        var (making, old) = ($"{place}.new-{mark}", $"{place}.old-{mark}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            var result = make(making);
            if (Directory.Exists(place))
            {
                Directory.Move(place, old);
            }

            Directory.Move(making, place);
            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApplianceException($"{folder} cannot be written: {e.Message}; give another folder, or make room there", e);
        }
        finally
        {
            Delete(making);
            Delete(old);
        }
    }

    private static void CheckReplaceable(string place)
    {
        if (!ByteString.IsValidUtf8(place))
        {
            throw new ApplianceException($"{place}: the name of the folder is not valid UTF-8; give another one");
        }

        if (File.Exists(place))
        {
            throw new ApplianceException($"{place}: a file is there; give the name of a folder");
        }

        if (Directory.Exists(place)
            && Directory.EnumerateFileSystemEntries(place).Any()
            && !File.Exists($"{place}/{ApplianceFiles.RootName}"))
        {
            throw new ApplianceException($"{place}: the folder holds something else than an appliance; give another one");
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
