namespace VirtTools.Declarations;

/// <summary>Searching and showing what is in a file, by lines.</summary>
[Actions]
internal interface ITextActions
{
    /// <summary>The lines of a file that match.</summary>
    /// <param name="regex">A basic regular expression of POSIX, unless the options say otherwise.</param>
    /// <param name="extended">The expression is an extended one.</param>
    /// <param name="fixed">The expression is plain text.</param>
    /// <param name="insensitive">Upper and lower case are the same.</param>
    /// <param name="compressed">The file is compressed with gzip or compress.</param>
    /// <returns>The lines; none is no error.</returns>
    /// <exception cref="GuestfsException">EINVAL: extended and fixed together.</exception>
    [DaemonAction(151), Since(1, 0, 66), ShellAlias("grep-opts")]
    string[] Grep(
        string regex,
        [Pathname] string path,
        [Optional] bool? extended,
        [Optional] bool? @fixed,
        [Optional] bool? insensitive,
        [Optional] bool? compressed);

    /// <summary>The lines of a file that match an extended expression.</summary>
    /// <param name="regex">An extended regular expression of POSIX.</param>
    [DaemonAction(152), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Egrep(string regex, [Pathname] string path);

    /// <summary>The lines of a file that hold a text.</summary>
    /// <param name="pattern">The text.</param>
    [DaemonAction(153), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Fgrep(string pattern, [Pathname] string path);

    /// <summary>The lines of a file that match, whatever their case.</summary>
    /// <param name="regex">A basic regular expression of POSIX.</param>
    [DaemonAction(154), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Grepi(string regex, [Pathname] string path);

    /// <summary>The lines of a file that match an extended expression, whatever their case.</summary>
    /// <param name="regex">An extended regular expression of POSIX.</param>
    [DaemonAction(155), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Egrepi(string regex, [Pathname] string path);

    /// <summary>The lines of a file that hold a text, whatever their case.</summary>
    /// <param name="pattern">The text.</param>
    [DaemonAction(156), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Fgrepi(string pattern, [Pathname] string path);

    /// <summary>The lines of a compressed file that match.</summary>
    /// <param name="regex">A basic regular expression of POSIX.</param>
    [DaemonAction(157), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Zgrep(string regex, [Pathname] string path);

    /// <summary>The lines of a compressed file that match an extended expression.</summary>
    /// <param name="regex">An extended regular expression of POSIX.</param>
    [DaemonAction(158), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Zegrep(string regex, [Pathname] string path);

    /// <summary>The lines of a compressed file that hold a text.</summary>
    /// <param name="pattern">The text.</param>
    [DaemonAction(159), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Zfgrep(string pattern, [Pathname] string path);

    /// <summary>The lines of a compressed file that match, whatever their case.</summary>
    /// <param name="regex">A basic regular expression of POSIX.</param>
    [DaemonAction(160), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Zgrepi(string regex, [Pathname] string path);

    /// <summary>The lines of a compressed file that match an extended expression, whatever their case.</summary>
    /// <param name="regex">An extended regular expression of POSIX.</param>
    [DaemonAction(161), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Zegrepi(string regex, [Pathname] string path);

    /// <summary>The lines of a compressed file that hold a text, whatever their case.</summary>
    /// <param name="pattern">The text.</param>
    [DaemonAction(162), Since(1, 0, 66), DeprecatedBy("grep")]
    string[] Zfgrepi(string pattern, [Pathname] string path);

    /// <summary>The runs of at least four printable ASCII characters in a file.</summary>
    [DaemonAction(94), Since(1, 0, 22)]
    string[] Strings([Pathname] string path);

    /// <summary>The runs of at least four printable characters in a file, in some encoding.</summary>
    /// <param name="encoding"><c>s</c> 7-bit bytes, <c>S</c> 8-bit bytes, <c>b</c> and <c>l</c> 16 bits big and little endian, <c>B</c> and <c>L</c> 32 bits.</param>
    /// <exception cref="GuestfsException">EINVAL: no such encoding.</exception>
    [DaemonAction(95), Since(1, 0, 22)]
    string[] StringsE(string encoding, [Pathname] string path);

    /// <summary>What <c>hexdump -C</c> prints for a file.</summary>
    [DaemonAction(96), Since(1, 0, 22)]
    string Hexdump([Pathname] string path);

    /// <summary>What file(1) makes of a compressed file's content.</summary>
    /// <param name="meth"><c>gzip</c>, <c>compress</c> or <c>bzip2</c>.</param>
    [DaemonAction(140), Since(1, 0, 59), DeprecatedBy("file")]
    string Zfile(string meth, [Pathname] string path);
}
