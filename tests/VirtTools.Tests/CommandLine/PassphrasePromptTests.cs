using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Output;
using VirtTools.Posix;

namespace VirtTools.Tests.CommandLine;

/// <summary>Questions at a terminal: a pseudo terminal plays it.</summary>
public sealed partial class PassphrasePromptTests : IDisposable
{
    private readonly SafeFileHandle _person = Opened(OpenPseudoTerminal(2 /* O_RDWR */));
    private readonly SafeFileHandle _terminal;
    private readonly TellingStream _error = new();

    public PassphrasePromptTests()
    {
        var name = new byte[64];
        var number = (int)_person.DangerousGetHandle();
        Assert.Equal(0, UnlockPseudoTerminal(number) | NameOfPseudoTerminal(number, name, (nuint)name.Length));
        _terminal = Descriptors.Open(ByteString.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0))), OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
    }

    [Fact]
    public async Task What_is_typed_is_read_but_not_shown_and_afterwards_the_terminal_shows_it_again()
    {
        var asking = Task.Run(() => Prompt(TerminalEcho.Hidden).Ask("key: ", CancellationToken.None));
        await _error.Written;
        Type("secret\n");

        using var key = await asking;
        Type("visible\n");

        Assert.Equal("secret"u8.ToArray(), key!.Span.ToArray());
        Assert.StartsWith("visible", Shown());
        Assert.Equal("key: \n", ByteString.GetString(_error.ToArray()));
    }

    [Fact]
    public async Task What_is_typed_is_shown_where_that_is_asked_for()
    {
        var asking = Task.Run(() => Prompt(TerminalEcho.Shown).Ask("key: ", CancellationToken.None));
        await _error.Written;
        Type("secret\n");

        using var key = await asking;

        Assert.StartsWith("secret", Shown());
    }

    [Fact]
    public async Task An_empty_line_declines()
    {
        var asking = Task.Run(() => Prompt(TerminalEcho.Hidden).Ask("key: ", CancellationToken.None));
        await _error.Written;
        Type("\n");

        Assert.Null(await asking);
    }

    [Fact]
    public async Task A_question_can_be_given_up_and_the_terminal_is_put_right()
    {
        using var stop = new CancellationTokenSource();
        var asking = Task.Run(() => Prompt(TerminalEcho.Hidden).Ask("key: ", stop.Token), CancellationToken.None);
        await _error.Written;
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => asking);
        Type("visible\n");

        Assert.StartsWith("visible", Shown());
    }

    public void Dispose()
    {
        _terminal.Dispose();
        _person.Dispose();
    }

    private PassphrasePrompt Prompt(TerminalEcho echo) =>
        new((int)_terminal.DangerousGetHandle(), echo, new CommandStreams("virt-test", Stream.Null, _error));

    private void Type(string text) => Descriptors.WriteAll(_person, ByteString.GetBytes(text));

    // What the terminal shows first; it waits until there is something.
    private string Shown()
    {
        var shown = new byte[64];
        return ByteString.GetString(shown.AsSpan(0, Descriptors.Read(_person, shown) ?? 0));
    }

    private static SafeFileHandle Opened(int number) => number >= 0 ? new(number, ownsHandle: true) : throw new InvalidOperationException("posix_openpt");

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenPseudoTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int UnlockPseudoTerminal(int number);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int NameOfPseudoTerminal(int number, Span<byte> name, nuint length);

    private sealed class TellingStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            _written.TrySetResult();
        }
    }
}
