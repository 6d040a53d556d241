using System.Globalization;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Tar;

/// <summary>The names of users and groups, as the system's own files have them: the appliance's, since that is where tar would look.</summary>
internal sealed class TarOwners
{
    private readonly Dictionary<uint, byte[]> _users = Read("/etc/passwd");
    private readonly Dictionary<uint, byte[]> _groups = Read("/etc/group");

    public TarOwner Of(uint user, uint group) => new(_users.GetValueOrDefault(user, []), _groups.GetValueOrDefault(group, []));

    // passwd(5) and group(5): the name, the password, the number. The first line of a number counts.
    private static Dictionary<uint, byte[]> Read(string path)
    {
        var names = new Dictionary<uint, byte[]>();
        foreach (var line in (SmallFile.TryRead(path) ?? "").Split('\n'))
        {
            var fields = line.Split(':');
            if (fields.Length > 2 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                names.TryAdd(number, ByteString.GetBytes(fields[0]));
            }
        }

        return names;
    }
}
