using VirtTools.Images.Formats;

namespace VirtTools.Images;

/// <summary>A format of disk images: how it is recognised and what its header says. A new format is one line here and one file in Formats.</summary>
/// <param name="Name">The name of QEMU's driver, which users give to <c>--format</c>.</param>
/// <param name="Matches">Whether the content is of this format, as far as QEMU's own probe would say.</param>
/// <param name="Parse">Reads the header; null for raw, which has none.</param>
internal sealed record ImageFormat(string Name, Func<HeaderReader, bool> Matches, Func<HeaderReader, ImageHeader>? Parse)
{
    /// <summary>The end of a file name that stands for this format.</summary>
    public string? Suffix { get; init; }

    /// <summary>Whether a file with that end of its name is of this format.</summary>
    public Func<HeaderReader, bool>? MatchesUnderSuffix { get; init; }

    /// <summary>Whether the content alone may decide.</summary>
    public bool CanBeProbed { get; init; } = true;

    /// <summary>Whether QEMU can write it.</summary>
    public bool CanBeWritten { get; init; } = true;

    /// <summary>The bytes as they are.</summary>
    public static ImageFormat Raw { get; } = new("raw", _ => true, null);

    /// <summary>
    /// Every format that is opened. LUKS is missing on purpose: QEMU would want its key, whereas as a raw disk it is unlocked inside the guest.
    /// </summary>
    public static IReadOnlyList<ImageFormat> All { get; } =
    [
        new("qcow2", Qcow2Header.Matches, Qcow2Header.Parse) { Suffix = ".qcow2" },
        new("vmdk", VmdkHeader.Matches, VmdkHeader.Parse) { Suffix = ".vmdk" },
        new("vdi", VdiHeader.Matches, VdiHeader.Parse) { Suffix = ".vdi" },
        new("vhdx", VhdxHeader.Matches, VhdxHeader.Parse) { Suffix = ".vhdx" },
        new("vpc", VpcHeader.Matches, VpcHeader.Parse) { Suffix = ".vhd", MatchesUnderSuffix = VpcHeader.HasFooter },
        new("qcow", QcowHeader.Matches, QcowHeader.Parse),
        new("qed", QedHeader.Matches, QedHeader.Parse),
        new("parallels", ParallelsHeader.Matches, ParallelsHeader.Parse),
        new("bochs", BochsHeader.Matches, BochsHeader.Parse) { CanBeWritten = false },
        new("cloop", CloopHeader.Matches, CloopHeader.Parse) { CanBeWritten = false },
        new("dmg", DmgTrailer.Matches, DmgTrailer.Parse) { Suffix = ".dmg", CanBeProbed = false, CanBeWritten = false },
        Raw,
    ];

    /// <summary>The format of that name; null for a name that is not one. <c>vhd</c> is accepted for <c>vpc</c>.</summary>
    public static ImageFormat? Find(string name) => All.FirstOrDefault(format => format.Name == (name == "vhd" ? "vpc" : name));

    /// <summary>The format that the end of the file name says, where the content agrees.</summary>
    public static ImageFormat? ByName(string path, HeaderReader reader) =>
        All.FirstOrDefault(format => format.Suffix is { } suffix && path.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && (format.MatchesUnderSuffix ?? format.Matches)(reader));

    /// <summary>The format that the content says: raw where it says nothing.</summary>
    public static ImageFormat Probe(HeaderReader reader) => All.First(format => format.CanBeProbed && format.Matches(reader));
}
