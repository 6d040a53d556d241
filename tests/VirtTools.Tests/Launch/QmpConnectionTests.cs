using System.Text;
using CsCheck;
using Microsoft.Win32.SafeHandles;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

public sealed class QmpConnectionTests : IDisposable
{
    private const string Greeting = """{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"}, "capabilities": ["oob"]}}""";

    private readonly SafeFileHandle qemu;
    private readonly QmpConnection connection;

    public QmpConnectionTests()
    {
        (var ours, qemu) = Descriptors.CreateSocketPair();
        connection = new QmpConnection(ours);
    }

    private static long Soon => Environment.TickCount64 + 10_000;

    public void Dispose()
    {
        connection.Dispose();
        qemu.Dispose();
    }

    [Fact]
    public void The_greeting_names_the_version()
    {
        Say(Greeting, """{"return": {}, "id": 1}""");

        var version = connection.Open(Soon);

        Assert.Equal(new QemuVersion(7, 2, 22, "Debian"), version);
        Assert.Equal("""{"execute":"qmp_capabilities","id":1}""" + "\n", Heard());
    }

    [Fact]
    public void Arguments_go_out_as_they_are_and_the_result_comes_back()
    {
        Say("""{"return": {"answer": 42}, "id": 1}""");

        var result = connection.Execute("ask", """{"what":"all"}""", Soon);

        Assert.Equal(42, result.GetProperty("answer").GetInt32());
        Assert.Equal("""{"execute":"ask","arguments":{"what":"all"},"id":1}""" + "\n", Heard());
    }

    [Fact]
    public void Events_between_are_kept_in_order()
    {
        Say("""{"event": "STOP", "timestamp": {}}""", """{"event": "SHUTDOWN", "data": {"guest": true}}""", """{"return": {}, "id": 1}""");

        connection.Execute("ask", null, Soon);

        var events = connection.TakeEvents();
        Assert.Equal(["STOP", "SHUTDOWN"], events.Select(happened => happened.Name));
        Assert.True(events[1].Data.GetProperty("guest").GetBoolean());
        Assert.Empty(connection.TakeEvents());
    }

    [Fact]
    public void An_answer_to_another_command_is_passed_over()
    {
        Say("""{"return": "old", "id": 77}""", """{"return": "new", "id": 1}""");

        Assert.Equal("new", connection.Execute("ask", null, Soon).GetString());
    }

    [Fact]
    public void A_refusal_is_an_exception_with_what_qemu_said()
    {
        Say("""{"error": {"class": "GenericError", "desc": "Device 'x' not found"}, "id": 1}""");

        var failure = Assert.Throws<QmpException>(() => connection.Execute("device_add", "{}", Soon));

        Assert.Equal("QEMU refused device_add: Device 'x' not found", failure.Message);
        Assert.Equal("GenericError", failure.ErrorClass);
    }

    [Fact]
    public void A_descriptor_goes_with_the_first_byte_of_its_command()
    {
        using var file = Descriptors.CreateMemoryFile("passed");
        Say("""{"return": {}, "id": 1}""");

        connection.Execute("add-fd", """{"fdset-id":3}""", Soon, file);

        Descriptors.Receive(qemu, new byte[1], out var received);
        Assert.NotNull(received);
        Assert.Equal(Descriptors.Stat(file).Inode, Descriptors.Stat(received).Inode);
        received.Dispose();
    }

    [Fact]
    public void The_end_of_qemu_is_told_from_silence()
    {
        Assert.Throws<TimeoutException>(() => connection.Execute("ask", null, Environment.TickCount64 + 20));

        qemu.Dispose();
        Assert.Throws<QmpClosedException>(() => connection.Execute("ask", null, Soon));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("{\"event\": 7}")]
    [InlineData("{\"QMP\": 7}")]
    [InlineData("{\"QMP\": {\"version\": 7}}")]
    [InlineData("{\"QMP\": {\"version\": {\"qemu\": {\"major\": \"7\"}}}}")]
    [InlineData("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 99999999999999}}}}")]
    [InlineData("{\"return\": {}}")]
    public void What_is_not_a_greeting_is_refused(string line)
    {
        Say(line);

        Assert.Throws<InvalidDataException>(() => connection.Open(Soon));
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused_at_a_bound()
    {
        var flood = Task.Run(() =>
        {
            var block = new byte[64 * 1024];
            Array.Fill(block, (byte)' ');
            try
            {
                while (true)
                {
                    Descriptors.Send(qemu, block);
                }
            }
            catch (PosixException)
            {
                // We have closed our end.
            }
        });

        Assert.Throws<InvalidDataException>(() => connection.Execute("ask", null, Soon));
        connection.Dispose();
        await flood;
    }

    [Fact]
    public void Any_bytes_end_in_one_of_the_documented_exceptions() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var (ours, theirs) = Descriptors.CreateSocketPair();
            using var ending = theirs;
            using var victim = new QmpConnection(ours);
            Descriptors.Send(theirs, (byte[])[.. bytes, (byte)'\n']);
            theirs.Dispose();
            try
            {
                victim.Open(Soon);
                return false;
            }
            catch (Exception e) when (e is InvalidDataException or QmpClosedException)
            {
                return true;
            }
        }, iter: 2000);

    private void Say(params string[] lines)
    {
        foreach (var line in lines)
        {
            Descriptors.WriteAll(qemu, Encoding.UTF8.GetBytes(line + "\r\n"));
        }
    }

    private string Heard()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, Descriptors.Read(qemu, buffer) ?? 0);
    }
}
