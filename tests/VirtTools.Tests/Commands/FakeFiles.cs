using VirtTools.Wire;

namespace VirtTools.Tests.Commands;

/// <summary>A file of <see cref="FakeFiles"/>.</summary>
internal sealed record FakeFile(byte[] Content, long Mode = 0x81A4, long Uid = 0, long Gid = 0, long Links = 1)
{
    public Dictionary<string, string> Xattrs { get; init; } = [];

    public string Text => VirtTools.Posix.ByteString.GetString(Content);
}

/// <summary>Files of a guest without QEMU, which can be read and replaced.</summary>
internal sealed class FakeFiles : IDisposable
{
    private readonly Dictionary<string, FakeFile> _files = [];
    private readonly Dictionary<string, string> _links = [];

    public FakeFiles()
    {
        Guest = new FakeGuest()
            .On("realpath", (ref arguments, result) =>
            {
                var path = arguments.ReadString();
                result.WriteString(_links.GetValueOrDefault(path, path));
                return null;
            })
            .On("statns", (ref arguments, result) =>
            {
                var file = Find(arguments.ReadString());
                StructCodecs.Write(result, Samples.Status(file.Mode, file.Content.Length, file.Uid, file.Gid) with { StNlink = file.Links });
                return null;
            })
            .On("download", (ref arguments, _) => Find(arguments.ReadString()).Content)
            .Uploads("upload", (path, content) => _files[path] = new(content) { Xattrs = new(Inherited) })
            .On("getxattrs", (ref arguments, result) =>
            {
                var attributes = Find(arguments.ReadString()).Xattrs;
                result.WriteUInt32((uint)attributes.Count);
                foreach (var (name, value) in attributes)
                {
                    result.WriteString(name);
                    result.WriteString(value);
                }

                return null;
            })
            .On("removexattr", (ref arguments, _) =>
            {
                var name = arguments.ReadString();
                Find(arguments.ReadString()).Xattrs.Remove(name);
                return null;
            })
            .On("copy_attributes", (ref arguments, _) =>
            {
                var source = Find(arguments.ReadString());
                var target = arguments.ReadString();
                _files[target] = source with { Content = Find(target).Content, Links = 1, Xattrs = new(Find(target).Xattrs.Concat(source.Xattrs).DistinctBy(x => x.Key)) };
                return null;
            })
            .On("ln_f", (ref arguments, _) =>
            {
                var source = Find(arguments.ReadString());
                _files[arguments.ReadString()] = source;
                return null;
            })
            .On("rename", (ref arguments, _) =>
            {
                var source = arguments.ReadString();
                _files[arguments.ReadString()] = Find(source);
                _files.Remove(source);
                return null;
            })
            .On("rm_f", (ref arguments, _) =>
            {
                _files.Remove(arguments.ReadString());
                return null;
            });
    }

    public FakeGuest Guest { get; }

    /// <summary>Attributes that a new file has from its folder.</summary>
    public Dictionary<string, string> Inherited { get; } = [];

    public IEnumerable<string> Paths => _files.Keys;

    public FakeFile this[string path] => _files[path];

    public FakeFiles Add(string path, FakeFile file)
    {
        _files[path] = file;
        return this;
    }

    public FakeFiles Add(string path, string text) => Add(path, new FakeFile(VirtTools.Posix.ByteString.GetBytes(text)));

    public FakeFiles Link(string path, string target)
    {
        _links[path] = target;
        return this;
    }

    public void Dispose() => Guest.Dispose();

    private FakeFile Find(string path) => _files.GetValueOrDefault(path) ?? throw FakeGuest.NoSuchFile(path);
}
