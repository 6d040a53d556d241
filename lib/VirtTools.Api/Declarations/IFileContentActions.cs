using VirtTools.Wire;

namespace VirtTools.Declarations;

/// <summary>Content of files and devices of the guest, in pieces that fit into one message.</summary>
[Actions]
internal interface IFileContentActions
{
    /// <summary>Reads a part of a file.</summary>
    /// <param name="count">Most bytes to read; less come back at the end of the file.</param>
    /// <param name="offset">First byte.</param>
    [DaemonAction(207), Since(1, 0, 77)]
    byte[] Pread([Pathname] string path, int count, long offset);

    /// <summary>Reads a part of a device.</summary>
    /// <param name="count">Most bytes to read.</param>
    /// <param name="offset">First byte.</param>
    [DaemonAction(276), Since(1, 5, 21)]
    byte[] PreadDevice([Device] string device, int count, long offset);

    /// <summary>Writes into a file at a place, and says how many bytes were written.</summary>
    /// <param name="offset">First byte.</param>
    [DaemonAction(247), Since(1, 3, 14)]
    int Pwrite([Pathname] string path, ReadOnlyMemory<byte> content, long offset);

    /// <summary>Writes into a device at a place, and says how many bytes were written.</summary>
    /// <param name="offset">First byte.</param>
    [DaemonAction(275), Since(1, 5, 20)]
    int PwriteDevice([Device] string device, ReadOnlyMemory<byte> content, long offset);

    /// <summary>Makes a file with that content, in place of an older one.</summary>
    [DaemonAction(246), Since(1, 19, 32), InternalAction]
    void InternalWrite([Pathname] string path, ReadOnlyMemory<byte> content);

    /// <summary>Puts the content at the end of a file, which is made if it is missing.</summary>
    [DaemonAction(290), Since(1, 19, 32), InternalAction]
    void InternalWriteAppend([Pathname] string path, ReadOnlyMemory<byte> content);

    /// <summary>Makes a file empty.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(199), Since(1, 0, 77)]
    void Truncate([Pathname] string path);

    /// <summary>Gives a file another size; what is new reads as zeros.</summary>
    /// <param name="size">Bytes.</param>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(200), Since(1, 0, 77)]
    void TruncateSize([Pathname] string path, long size);

    /// <summary>Makes a file of that size and allocates its blocks.</summary>
    /// <param name="len">Bytes.</param>
    [DaemonAction(169), Since(1, 0, 66), DeprecatedBy("fallocate64")]
    void Fallocate([Pathname] string path, int len);

    /// <summary>Makes a file of that size and allocates its blocks.</summary>
    /// <param name="len">Bytes.</param>
    /// <exception cref="GuestfsException">ENOSPC: the file system has no room for it.</exception>
    [DaemonAction(252), Since(1, 3, 17)]
    void Fallocate64([Pathname] string path, long len);

    /// <summary>Makes a file of one repeated byte.</summary>
    /// <param name="c">The byte, 0 to 255.</param>
    /// <param name="len">Size of the file in bytes.</param>
    /// <exception cref="GuestfsException">EINVAL: not a byte.</exception>
    [DaemonAction(215), Since(1, 0, 79), Progress]
    void Fill(int c, int len, [Pathname] string path);

    /// <summary>Makes a file of one repeated text.</summary>
    /// <param name="pattern">The text.</param>
    /// <param name="len">Size of the file in bytes.</param>
    [DaemonAction(245), Since(1, 3, 12), Progress]
    void FillPattern(string pattern, int len, [Pathname] string path);

    /// <summary>Makes many empty files, <c>00000000</c> and on, for tests.</summary>
    /// <param name="dir">An existing directory.</param>
    /// <param name="nr">How many.</param>
    [DaemonAction(348), Since(1, 19, 32)]
    void FillDir([Pathname] string dir, int nr);

    /// <summary>Overwrites the start of a device with zeros, enough to hide what was there.</summary>
    [DaemonAction(85), Since(1, 0, 16), Progress]
    void Zero([Device] string device);

    /// <summary>Overwrites a whole device with zeros; blocks that are zero already are left alone.</summary>
    [DaemonAction(228), Since(1, 3, 1), Progress]
    void ZeroDevice([Device] string device);

    /// <summary>Whether a file holds nothing but zero bytes; an empty one does.</summary>
    [DaemonAction(283), Since(1, 11, 8)]
    bool IsZero([Pathname] string path);

    /// <summary>Whether a device holds nothing but zero bytes.</summary>
    [DaemonAction(284), Since(1, 11, 8)]
    bool IsZeroDevice([Device] string device);

    /// <summary>The checksum of a file's content.</summary>
    /// <param name="csumType">
    /// <c>crc</c> (as cksum prints it), <c>md5</c>, <c>sha1</c>, <c>sha224</c>, <c>sha256</c>, <c>sha384</c>, <c>sha512</c>, <c>gost</c> or <c>gost12</c>.
    /// </param>
    /// <returns>Hexadecimal digits; for <c>crc</c> a decimal number.</returns>
    /// <exception cref="GuestfsException">EINVAL: no such type.</exception>
    [DaemonAction(68), Since(1, 0, 2)]
    string Checksum(string csumType, [Pathname] string path);

    /// <summary>The checksum of a device's content.</summary>
    /// <param name="csumType">Type as for <c>checksum</c>.</param>
    /// <returns>Hexadecimal digits; for <c>crc</c> a decimal number.</returns>
    [DaemonAction(237), Since(1, 3, 2)]
    string ChecksumDevice(string csumType, [Device] string device);

    /// <summary>Writes the checksum of every plain file below a directory, as md5sum and its family print it.</summary>
    /// <param name="csumType">Type as for <c>checksum</c>.</param>
    /// <param name="sumsFile">Receives the lines.</param>
    [DaemonAction(244), Since(1, 3, 7), Cancellable]
    void ChecksumsOut(string csumType, [Pathname] string directory, OutgoingFile sumsFile);

    /// <summary>The first 10 lines of a file.</summary>
    [DaemonAction(121), Since(1, 0, 54)]
    string[] Head([Pathname] string path);

    /// <summary>The first lines of a file.</summary>
    /// <param name="nrLines">How many; 0 is none, negative is all but that many at the end.</param>
    [DaemonAction(122), Since(1, 0, 54)]
    string[] HeadN(int nrLines, [Pathname] string path);

    /// <summary>The last 10 lines of a file.</summary>
    [DaemonAction(123), Since(1, 0, 54)]
    string[] Tail([Pathname] string path);

    /// <summary>The last lines of a file.</summary>
    /// <param name="nrLines">How many; 0 is none, negative is all from that line on.</param>
    [DaemonAction(124), Since(1, 0, 54)]
    string[] TailN(int nrLines, [Pathname] string path);

    /// <summary>How many lines a file has.</summary>
    [DaemonAction(118), Since(1, 0, 54)]
    int WcL([Pathname] string path);

    /// <summary>How many words a file has.</summary>
    [DaemonAction(119), Since(1, 0, 54)]
    int WcW([Pathname] string path);

    /// <summary>How many bytes a file has.</summary>
    [DaemonAction(120), Since(1, 0, 54)]
    int WcC([Pathname] string path);
}
