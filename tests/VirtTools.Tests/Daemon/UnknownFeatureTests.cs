using System.Buffers.Binary;
using VirtTools.Daemon.Inspection.Reasons;

namespace VirtTools.Tests.Daemon;

/// <summary>Features of file systems that the appliance's kernel does not know.</summary>
public sealed class UnknownFeatureTests
{
    [Theory]
    [InlineData("ext4", 0x2C2u, null)] // filetype, extents, 64bit, flex_bg: what mke2fs makes
    [InlineData("ext4", 0x4000_02C2u, "incompatible features 0x40000000")]
    [InlineData("ext4", 0x1000u, "incompatible features 0x1000")] // dirdata, of Lustre
    [InlineData("vfat", 0xFFFF_FFFFu, null)]
    public void Of_ext(string type, uint features, string? sentence)
    {
        var head = new byte[4096];
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(1024 + 0x60), features);

        Assert.Equal(sentence, UnknownFeatures.Describe(head, type));
    }

    [Theory]
    [InlineData(0x0Bu, null)] // ftype, sparse inodes, bigtime: what mkfs.xfs makes
    [InlineData(0x80u, "incompatible features 0x80")]
    public void Of_xfs(uint features, string? sentence)
    {
        var head = new byte[4096];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(216), features);

        Assert.Equal(sentence, UnknownFeatures.Describe(head, "xfs"));
    }
}
