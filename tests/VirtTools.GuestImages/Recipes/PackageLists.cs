using System.Buffers.Binary;
using System.Text;
using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Recipes;

/// <summary>A package that a guest shall seem to have.</summary>
internal sealed record PackageEntry(string Name, string Version, string Release, string Arch = "x86_64", int Epoch = 0)
{
    public string Summary => $"Summary of {Name}";

    public string Url => $"https://example.com/{Name}/";

    public string Description => $"{Name} does what it is made for.\nIt does nothing else.";
}

/// <summary>Lists of packages as package managers write them; the databases are made by the programs of rpm, Berkeley DB and SQLite themselves.</summary>
internal static class PackageLists
{
    public static readonly HostProgram Rpmdb = new("rpmdb", "rpm");
    public static readonly HostProgram DbLoad = new("db5.3_load", "db5.3-util");
    public static readonly HostProgram Sqlite = new("sqlite3", "sqlite3");

    /// <summary>What every guest has: not sorted, one with an epoch, one name twice.</summary>
    public static readonly PackageEntry[] Usual =
    [
        new("tzdata", "2023c", "1", "noarch"),
        new("bash", "5.2.15", "3"),
        new("dbus", "1.14.10", "1", Epoch: 1),
        new("linux-kernel", "6.5.6", "300"),
    ];

    private static readonly byte[] HeaderMagic = [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];

    public static string Dpkg() => string.Concat(Usual.Select(package => $"""
        Package: {package.Name}
        Status: install ok installed
        Priority: optional
        Section: admin
        Maintainer: Maintainers <m@example.com>
        Architecture: {package.Arch}
        Source: {package.Name}-src (1.0)
        Version: {Epoch(package)}{package.Version}-{package.Release}
        Description: {package.Summary}
         {package.Description.Replace("\n", "\n ", StringComparison.Ordinal)}
         .
          more
        Homepage: {package.Url}


        """)) + "Package: removed\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1.0-1\n\n";

    public static string Apk() => string.Concat(Usual.Select(package => $"""
        C:Q1eVpkasfqZAukAXFYbgwt4xAMZWU=
        P:{package.Name}
        V:{package.Version}-r{package.Release}
        A:{package.Arch}
        S:1
        I:4096
        T:{package.Summary}
        U:{package.Url}
        L:MIT
        o:{package.Name}-src
        m:Maintainer <m@example.com>
        t:1690000000
        F:etc
        R:file


        """));

    public static GuestTree Pacman(GuestTree tree)
    {
        const string Folder = "./var/lib/pacman/local";
        tree.Directory("./var/lib/pacman").Directory(Folder).File($"{Folder}/ALPM_DB_VERSION", "9\n");
        foreach (var package in Usual)
        {
            var version = $"{Epoch(package)}{package.Version}-{package.Release}";
            var place = $"{Folder}/{package.Name}-{version}";
            tree.Directory(place).File($"{place}/desc", $"""
                %NAME%
                {package.Name}

                %VERSION%
                {version}

                %BASE%
                {package.Name}-base

                %DESC%
                {package.Summary}

                %URL%
                {package.Url}

                %ARCH%
                {package.Arch}

                %PACKAGER%
                Packager <p@example.com>


                """);
        }

        return tree;
    }

    public static string Xbps() => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
        {string.Concat(Usual.Select(XbpsEntry))}</dict>
        </plist>

        """;

    public static GuestTree Portage(GuestTree tree)
    {
        const string Folder = "./var/db/pkg";
        tree.Directory("./var/db").Directory(Folder).Directory($"{Folder}/app-misc");
        foreach (var package in Usual)
        {
            var place = $"{Folder}/app-misc/{package.Name}-{package.Version}-r{package.Release}";
            tree.Directory(place).File(place + "/DESCRIPTION", package.Summary + "\n").File(place + "/HOMEPAGE", package.Url + "\n")
                .File(place + "/CHOST", "x86_64-pc-linux-gnu\n");
        }

        return tree;
    }

    /// <summary>The database of FreeBSD's pkg.</summary>
    public static byte[] FreeBsd(WorkFolder work)
    {
        var file = work.New();
        var rows = string.Concat(Usual.Select(package =>
            $"INSERT INTO packages (origin, name, version, comment, desc, arch, maintainer, www, prefix) VALUES ('misc/{package.Name}', '{package.Name}', "
            + $"'{package.Version}_{package.Release}', '{package.Summary}', '{new string('d', 6000)}', 'FreeBSD:13:amd64', 'm@example.com', '{package.Url}', '/usr/local');\n"));
        Sqlite.Run(new ProgramInput(
            "CREATE TABLE other (id INTEGER);\n"
            + "CREATE TABLE packages (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, comment TEXT NOT NULL, "
            + "desc TEXT NOT NULL, mtree_id INTEGER, message TEXT, arch TEXT NOT NULL, maintainer TEXT NOT NULL, www TEXT, prefix TEXT NOT NULL, "
            + "flatsize INTEGER NOT NULL DEFAULT 0, CONSTRAINT package_unique UNIQUE(name));\n" + rows), file);
        return File.ReadAllBytes(file);
    }

    /// <summary>The newest database of RPM.</summary>
    public static byte[] RpmSqlite(WorkFolder work)
    {
        var folder = Directory.CreateDirectory(work.New()).FullName;
        Rpmdb.Run(
            new ProgramInput([.. Usual.SelectMany(package => (byte[])[.. HeaderMagic, .. RpmHeader(package)])]),
            "--importdb", "--dbpath", folder, "--define", "_db_backend sqlite");
        return File.ReadAllBytes(Path.Combine(folder, "rpmdb.sqlite"));
    }

    /// <summary>The old database of RPM, a hash table with a number as key.</summary>
    public static byte[] RpmBerkeley(WorkFolder work)
    {
        var dump = new StringBuilder("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END\n");
        Append(dump, 0, BitConverter.GetBytes(Usual.Length));
        for (var i = 0; i < Usual.Length; i++)
            Append(dump, i + 1, RpmHeader(Usual[i]));
        dump.Append("DATA=END\n");
        var file = work.New();
        DbLoad.Run(new ProgramInput(dump.ToString()), "-t", "hash", file);
        return File.ReadAllBytes(file);
    }

    /// <summary>RPM's own database, which Debian's rpm cannot write: a page of slots, then the headers.</summary>
    public static byte[] RpmNdb()
    {
        const int Page = 4096;
        var slots = new byte[Page];
        "RpmP"u8.CopyTo(slots);
        BinaryPrimitives.WriteInt32LittleEndian(slots.AsSpan(12), 1);
        var blobs = new MemoryStream();
        for (var i = 0; i < Usual.Length; i++)
        {
            var header = RpmHeader(Usual[i]);
            var slot = slots.AsSpan(32 + i * 16);
            "Slot"u8.CopyTo(slot);
            BinaryPrimitives.WriteInt32LittleEndian(slot[4..], i + 1);
            BinaryPrimitives.WriteInt32LittleEndian(slot[8..], (int)(Page + blobs.Length) / 16);
            BinaryPrimitives.WriteInt32LittleEndian(slot[12..], (header.Length + 28 + 15) / 16);
            var head = new byte[16];
            "BlbS"u8.CopyTo(head);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), i + 1);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), header.Length);
            blobs.Write(head);
            blobs.Write(header);
            blobs.Write(new byte[(16 - blobs.Length % 16) % 16]);
        }

        return [.. slots, .. blobs.ToArray()];
    }

    private static string XbpsEntry(PackageEntry package) => $"""
        	<key>{package.Name}</key>
        	<dict>
        		<key>architecture</key>
        		<string>{package.Arch}</string>
        		<key>homepage</key>
        		<string>{package.Url}</string>
        		<key>pkgver</key>
        		<string>{package.Name}-{package.Version}_{package.Release}</string>
        		<key>short_desc</key>
        		<string>{package.Summary}</string>
        	</dict>

        """;

    private static void Append(StringBuilder dump, int key, byte[] value) =>
        dump.Append(' ').Append(Convert.ToHexStringLower(BitConverter.GetBytes(key))).Append("\n ").Append(Convert.ToHexStringLower(value)).Append('\n');

    /// <summary>Number of entries, size of the data, entries of tag, type, offset and count, data; all big-endian. Tags and offsets grow, numbers are aligned.</summary>
    private static byte[] RpmHeader(PackageEntry package)
    {
        const int Number = 4;
        List<(int Tag, int Type, byte[] Value)> entries =
        [
            (1000, 6, Terminated(package.Name)), (1001, 6, Terminated(package.Version)), (1002, 6, Terminated(package.Release)),
            .. package.Epoch > 0 ? [(1003, Number, BigEndian(package.Epoch))] : Array.Empty<(int, int, byte[])>(),
            (1004, 9, Terminated(package.Summary)), (1005, 9, Terminated(package.Description)), (1011, 6, Terminated("Vendor")),
            (1020, 6, Terminated(package.Url)), (1021, 6, Terminated("linux")), (1022, 6, Terminated(package.Arch)),
            (1044, 6, Terminated($"{package.Name}-src-1.0.src.rpm")),
        ];
        var index = new List<byte>();
        var data = new List<byte>();
        foreach (var (tag, type, value) in entries)
        {
            while (type == Number && data.Count % Number != 0)
                data.Add(0);
            index.AddRange([.. BigEndian(tag), .. BigEndian(type), .. BigEndian(data.Count), .. BigEndian(1)]);
            data.AddRange(value);
        }

        return [.. BigEndian(entries.Count), .. BigEndian(data.Count), .. index, .. data];
    }

    private static string Epoch(PackageEntry package) => package.Epoch == 0 ? "" : $"{package.Epoch}:";

    private static byte[] Terminated(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
