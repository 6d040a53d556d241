using VirtTools.CommandLine.Running;
using VirtTools.Commands;

namespace VirtTools.Tests.Commands;

public sealed class EditorCommandTests
{
    [Theory]
    [InlineData(null, "vi")]
    [InlineData("", "vi")]
    [InlineData("nano", "nano")]
    [InlineData("  emacs  -nw ", "emacs|-nw")]
    [InlineData("sed -i 's/foo$/b r/'", "sed|-i|s/foo$/b r/")]
    [InlineData("\"/opt/my editor/run\" --wait", "/opt/my editor/run|--wait")]
    [InlineData("my\\ editor", "my editor")]
    [InlineData("a \"x\\\"y\\z\" ''", "a|x\"y\\z|")]
    [InlineData("perl -pi -e s/[a-z]*/x/", "perl|-pi|-e|s/[a-z]*/x/")]
    public void Words_are_those_that_a_shell_would_see(string? editor, string words) =>
        Assert.Equal(words, string.Join('|', EditorCommand.Split(editor)));

    [Theory]
    [InlineData("$HOME/bin/ed")]
    [InlineData("~/bin/ed")]
    [InlineData("ed; reboot")]
    [InlineData("cat >/tmp/x")]
    [InlineData("ed \"$X\"")]
    [InlineData("ed `x`")]
    [InlineData("ed 'open")]
    public void What_only_a_shell_could_do_is_refused(string editor) =>
        Assert.StartsWith("EDITOR: ", Assert.Throws<CommandFailedException>(() => EditorCommand.Split(editor)).Message);
}
