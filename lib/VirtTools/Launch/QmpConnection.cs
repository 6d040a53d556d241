using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>The version that QEMU's greeting names.</summary>
internal readonly record struct QemuVersion(int Major, int Minor, int Micro, string Package)
{
    public override string ToString() => $"{Major}.{Minor}.{Micro}";
}

/// <summary>Something that QEMU reported without being asked, such as <c>SHUTDOWN</c>.</summary>
internal readonly record struct QmpEvent(string Name, JsonElement Data);

/// <summary>
/// QEMU's monitor (QMP): one JSON object a line, over our end of a socket pair. QEMU may have been taken over by what it emulates, so lines and
/// events are bounded and anything that is not QMP ends the connection. Commands of several threads queue.
/// </summary>
internal sealed class QmpConnection(SafeFileHandle socket) : IDisposable
{
    private const int MaximumLine = 4 * 1024 * 1024;
    private const int MaximumEvents = 256;
    private const int FirstBufferSize = 16 * 1024;

    private readonly Lock exchange = new();
    private readonly Queue<QmpEvent> events = new();
    private byte[] buffer = new byte[FirstBufferSize];
    private int start;
    private int end;
    private int lastId;

    /// <summary>Reads the greeting and leaves negotiation mode.</summary>
    /// <param name="deadline">In ticks of <see cref="Environment.TickCount64"/>.</param>
    /// <exception cref="QmpClosedException">QEMU ended before.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="InvalidDataException">This is not QMP.</exception>
    public QemuVersion Open(long deadline)
    {
        lock (exchange)
        {
            var number = ReadGreeting(deadline);
            Execute("qmp_capabilities", null, deadline);
            return number;
        }
    }

    /// <summary><see cref="Open(long)"/> and then some commands, all sent before the first answer is there: QEMU is not kept waiting for us.</summary>
    /// <param name="commands">Names and arguments, as for <see cref="Execute"/>.</param>
    /// <param name="deadline">In ticks of <see cref="Environment.TickCount64"/>.</param>
    /// <exception cref="QmpException">QEMU refused one of them.</exception>
    /// <exception cref="QmpClosedException">QEMU ended.</exception>
    /// <exception cref="TimeoutException">The deadline has passed; the connection is of no more use.</exception>
    /// <exception cref="InvalidDataException">This is not QMP.</exception>
    public QemuVersion Open(IReadOnlyList<(string Command, string? Arguments)> commands, long deadline)
    {
        lock (exchange)
        {
            var first = lastId + 1;
            List<byte> requests = [.. Request("qmp_capabilities", null, ++lastId)];
            foreach (var (command, arguments) in commands)
            {
                requests.AddRange(Request(command, arguments, ++lastId));
            }

            Send(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(requests), null, deadline);
            var number = ReadGreeting(deadline);
            ReadAnswer("qmp_capabilities", first, deadline);
            for (var i = 0; i < commands.Count; i++)
            {
                ReadAnswer(commands[i].Command, first + 1 + i, deadline);
            }

            return number;
        }
    }

    /// <summary>Waits until QEMU has reported one of some events, and drops what it reported before.</summary>
    /// <exception cref="QmpClosedException">QEMU ended.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="InvalidDataException">This is not QMP.</exception>
    public QmpEvent WaitForEvent(long deadline, params ReadOnlySpan<string> names)
    {
        lock (exchange)
        {
            while (true)
            {
                while (events.TryDequeue(out var happened))
                {
                    if (names.Contains(happened.Name))
                    {
                        return happened;
                    }
                }

                if (ReadObject(deadline) is var answer && answer.TryGetProperty("event", out var given))
                {
                    Keep(new(Text(given), answer.TryGetProperty("data", out var data) ? data : default));
                }
            }
        }
    }

    /// <summary>Carries out a command and returns what it returns.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Its arguments as a JSON object; null for none.</param>
    /// <param name="deadline">In ticks of <see cref="Environment.TickCount64"/>.</param>
    /// <param name="descriptor">Passed along, for <c>add-fd</c> and <c>getfd</c>.</param>
    /// <exception cref="QmpException">QEMU refused.</exception>
    /// <exception cref="QmpClosedException">QEMU ended.</exception>
    /// <exception cref="TimeoutException">The deadline has passed; the connection is of no more use.</exception>
    /// <exception cref="InvalidDataException">The answer is not QMP.</exception>
    public JsonElement Execute(string command, string? arguments, long deadline, SafeFileHandle? descriptor = null)
    {
        lock (exchange)
        {
            var id = ++lastId;
            Send(Request(command, arguments, id), descriptor, deadline);
            return ReadAnswer(command, id, deadline);
        }
    }

    /// <summary>The events that came since the last call, oldest first; of very many the oldest are lost.</summary>
    public IReadOnlyList<QmpEvent> TakeEvents()
    {
        lock (exchange)
        {
            QmpEvent[] taken = [.. events];
            events.Clear();
            return taken;
        }
    }

    public void Dispose() => socket.Dispose();

    private QemuVersion ReadGreeting(long deadline)
    {
        var greeting = ReadObject(deadline);
        return greeting.TryGetProperty("QMP", out var qmp)
            && qmp.ValueKind == JsonValueKind.Object
            && qmp.TryGetProperty("version", out var version)
                ? VersionOf(version)
                : throw new InvalidDataException("QEMU sent no QMP greeting");
    }

    private JsonElement ReadAnswer(string command, int id, long deadline)
    {
        while (true)
        {
            var answer = ReadObject(deadline);
            if (answer.TryGetProperty("event", out var name))
            {
                Keep(new(Text(name), answer.TryGetProperty("data", out var data) ? data : default));
            }
            else if (answer.TryGetProperty("error", out var error))
            {
                throw new QmpException(command, Member(error, "class"), Member(error, "desc"));
            }
            else if (answer.TryGetProperty("return", out var result) && IsIdOf(answer, id))
            {
                return result;
            }
        }
    }

    private static byte[] Request(string command, string? arguments, int id)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("execute", command);
            if (arguments is not null)
            {
                writer.WritePropertyName("arguments");
                writer.WriteRawValue(arguments);
            }

            writer.WriteNumber("id", id);
            writer.WriteEndObject();
        }

        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    private void Send(ReadOnlySpan<byte> bytes, SafeFileHandle? descriptor, long deadline)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                WaitFor(PollEvents.Writable, deadline);
                var sent = Descriptors.Send(socket, bytes, descriptor) ?? 0;
                bytes = bytes[sent..];
                descriptor = sent > 0 ? null : descriptor;
            }
        }
        catch (PosixException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            throw new QmpClosedException();
        }
    }

    private JsonElement ReadObject(long deadline)
    {
        var line = ReadLine(deadline);
        try
        {
            var reader = new Utf8JsonReader(line);
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object ? element : throw NotQmp();
        }
        catch (JsonException)
        {
            throw NotQmp();
        }
    }

    private ReadOnlySpan<byte> ReadLine(long deadline)
    {
        var searched = start;
        while (true)
        {
            var newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = buffer.AsSpan(start, searched + newline - start);
                start = searched + newline + 1;
                return line;
            }

            MakeRoom();
            searched = end;
            Receive(deadline);
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length < MaximumLine ? buffer.Length * 2 : throw NotQmp());
        }
    }

    private void Receive(long deadline)
    {
        try
        {
            int? received;
            do
            {
                WaitFor(PollEvents.Readable, deadline);
                received = Descriptors.Read(socket, buffer.AsSpan(end));
            }
            while (received is null);

            end += received > 0 ? received.Value : throw new QmpClosedException();
        }
        catch (PosixException e) when (e.Errno == Errno.ECONNRESET)
        {
            throw new QmpClosedException();
        }
    }

    private void WaitFor(PollEvents wanted, long deadline)
    {
        using var use = new HandleUse(socket);
        if (Poll.Wait([new PollEntry(use.Number, wanted)], deadline) == 0)
        {
            throw new TimeoutException("QEMU does not answer");
        }
    }

    private void Keep(QmpEvent happened)
    {
        if (events.Count == MaximumEvents)
        {
            events.Dequeue();
        }

        events.Enqueue(happened);
    }

    private static bool IsIdOf(JsonElement answer, int id) =>
        answer.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var number) && number == id;

    private static QemuVersion VersionOf(JsonElement version)
    {
        if (version.ValueKind != JsonValueKind.Object || !version.TryGetProperty("qemu", out var qemu) || qemu.ValueKind != JsonValueKind.Object)
        {
            throw NotQmp();
        }

        return new(Number(qemu, "major"), Number(qemu, "minor"), Number(qemu, "micro"), Member(version, "package"));
    }

    private static int Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number)
            ? number
            : throw NotQmp();

    private static string Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? Text(member) : "";

    private static string Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw NotQmp();

    private static InvalidDataException NotQmp() => new("QEMU sent something on its monitor that is not QMP");
}
