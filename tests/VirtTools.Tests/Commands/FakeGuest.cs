using VirtTools.Tests.Handle;
using VirtTools.Wire;

namespace VirtTools.Tests.Commands;

/// <summary>Answers one call: reads its arguments, writes its result; what it returns goes out as the content of a file.</summary>
internal delegate byte[]? Answer(ref XdrReader arguments, XdrWriter result);

/// <summary>A guest without QEMU: a handle whose daemon answers from a table. An action that is not in the table answers ENOTSUP.</summary>
internal sealed class FakeGuest : IDisposable
{
    private readonly Dictionary<string, Answer> _answers = [];
    private readonly Dictionary<string, Action<string, byte[]>> _takes = [];
    private readonly FakeDaemon _daemon;

    public FakeGuest() => (Handle, _daemon) = FakeDaemon.Start(Serve);

    public Guestfs Handle { get; }

    /// <summary>Names of the actions that were called, in order; without the one with which a handle closes.</summary>
    public List<string> Calls { get; } = [];

    public FakeGuest On(string action, Answer answer)
    {
        _answers[action] = answer;
        return this;
    }

    /// <summary>The action succeeds and has no result.</summary>
    public FakeGuest Accept(string action) => On(action, static (ref XdrReader _, XdrWriter _) => null);

    /// <summary>The action returns a list of strings.</summary>
    public FakeGuest List(string action, params string[] items) => On(action, (ref XdrReader _, XdrWriter result) =>
    {
        result.WriteStrings(items);
        return null;
    });

    /// <summary>The action has a first argument that names a file of this table, and sends its content.</summary>
    public FakeGuest Files(string action, IReadOnlyDictionary<string, byte[]> contents) => On(action, (ref XdrReader arguments, XdrWriter _) =>
    {
        var path = arguments.ReadString();
        return contents.TryGetValue(path, out var content) ? content : throw NoSuchFile(path);
    });

    /// <summary>The action takes content after its arguments; they are answered when it has come.</summary>
    public FakeGuest Uploads(string action, Action<string, byte[]> take)
    {
        _takes[action] = take;
        return this;
    }

    public static GuestfsException NoSuchFile(string path) => new("fake", "ENOENT", $"{path}: No such file or directory");

    public void Dispose()
    {
        Handle.Dispose();
        _daemon.Dispose();
    }

    private void Serve(FakeDaemon daemon, MessageHeader call, byte[] body)
    {
        var name = ActionTable.All.First(a => a.Procedure == call.Procedure).Name;
        if (name == "internal_autosync")
        {
            daemon.Reply(call);
            return;
        }

        Calls.Add(name);
        if (_takes.TryGetValue(name, out var take))
        {
            _answers[name] = Taking(take, Content(daemon));
        }

        if (!_answers.TryGetValue(name, out var answer))
        {
            daemon.ReplyError(call, "ENOTSUP", $"{name} is not in the table");
            return;
        }

        using var result = new XdrWriter();
        byte[]? content;
        try
        {
            var arguments = new XdrReader(body);
            content = answer(ref arguments, result);
        }
        catch (GuestfsException e)
        {
            daemon.ReplyError(call, e.ErrnoName!, e.Message);
            return;
        }

        daemon.Reply(call, writer => result.Written.Span.CopyTo(writer.Reserve(result.Length)));
        if (content is not null)
        {
            foreach (var piece in content.Chunk(8192))
            {
                daemon.SendChunk(piece);
            }

            daemon.SendChunk([]);
        }
    }

    private static Answer Taking(Action<string, byte[]> take, byte[] content) => (ref XdrReader arguments, XdrWriter _) =>
    {
        take(arguments.ReadString(), content);
        return null;
    };

    private static byte[] Content(FakeDaemon daemon)
    {
        using var content = new MemoryStream();
        while (daemon.ReceiveMessage() is { } message)
        {
            var chunk = new XdrReader(message);
            chunk.ReadInt32();
            var piece = chunk.ReadBytes();
            if (piece.Length == 0)
            {
                break;
            }

            content.Write(piece);
        }

        return content.ToArray();
    }
}
