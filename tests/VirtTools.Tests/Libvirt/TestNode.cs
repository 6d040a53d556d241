using System.Text;
using VirtTools.Tests.CommandLine;

namespace VirtTools.Tests.Libvirt;

/// <summary>Guests of libvirt's test driver, which are a file: the real library answers from it, without a service.</summary>
internal sealed class TestNode : IDisposable
{
    private const string Namespace = "http://libvirt.org/schemas/domain/test/1.0";
    private const int Running = 1;
    private const int ShutOff = 5;

    private readonly ScratchFolder _folder = new();
    private readonly StringBuilder _guests = new();
    private int _count;
    private int _disks;

    public string Folder => _folder.Path;

    /// <summary>Writes what was added so far, and returns where libvirt finds it.</summary>
    public string Uri
    {
        get
        {
            File.WriteAllText($"{Folder}/node.xml", $"<node>{_guests}</node>");
            return $"test://{Folder}/node.xml";
        }
    }

    public static string UuidOf(int number) => $"11111111-2222-3333-4444-{number:000000000000}";

    public TestNode Add(string name, params string[] disks) => Add(name, ShutOff, disks);

    public TestNode AddRunning(string name, params string[] disks) => Add(name, Running, disks);

    /// <summary>A pool in a folder, with volumes.</summary>
    public TestNode AddPool(string name, params string[] volumes)
    {
        _guests.Append($"<pool type='dir'><name>{name}</name><target><path>{Folder}</path></target>");
        foreach (var volume in volumes)
        {
            _guests.Append($"<volume><name>{volume}</name><capacity>1</capacity><target><path>{Folder}/{volume}</path></target></volume>");
        }

        _guests.Append("</pool>");
        return this;
    }

    /// <summary>The description of a disk on a file, which is made where it is missing and not said to be.</summary>
    public string Disk(string file, string format = "raw", string further = "", bool exists = true)
    {
        var path = $"{Folder}/{file}";
        if (exists && !File.Exists(path))
        {
            File.WriteAllBytes(path, new byte[1024]);
        }

        return $"<disk type='file' device='disk'><driver name='qemu' type='{format}'/><source file='{path}'/><target dev='vd{(char)('a' + _disks++)}'/>{further}</disk>";
    }

    public void Dispose() => _folder.Dispose();

    private TestNode Add(string name, int state, string[] disks)
    {
        _disks = 0;
        _guests.Append(
            $"<domain type='test' xmlns:test='{Namespace}'><test:runstate>{state}</test:runstate><name>{name}</name><uuid>{UuidOf(++_count)}</uuid>"
            + $"<memory>1024</memory><os><type>hvm</type></os><devices>{string.Concat(disks)}</devices></domain>");
        return this;
    }
}
