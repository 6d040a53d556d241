using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Parity;

/// <summary>The command lines of virt-resize: what it tells before, while and after it works, and why it refuses.</summary>
public static class ResizeParityCases
{
    private const string NewDisk = "new.img";

    /// <summary>Standard output is the same.</summary>
    public static IReadOnlyList<ParityCase> Told { get; } =
    [
        new("resize-machine-readable", new("no-disk", "no disk at all", []), "virt-resize", "--machine-readable"),
        Case("resize-expand", "resize-ext4-mbr", 145, "--expand", "/dev/sda2"),
        Case("resize-dry-run", "resize-swap-mbr", 146, "-n", "--resize", "/dev/sda1=+10M", "--expand", "/dev/sda2"),
        Case("resize-dry-run-surplus", "resize-ext4-gpt", 200, "-n", "--resize", "/dev/sda1=150%"),
        Case("resize-dry-run-no-extra", "resize-ext4-mbr", 200, "-n", "--no-extra-partition", "--no-expand-content", "--resize", "/dev/sda2=100M"),
        Case("resize-dry-run-small-surplus", "resize-ext4-mbr", 90, "-n", "--ignore", "/dev/sda1", "-q"),
        Case("resize-dry-run-delete", "resize-ext4-mbr", 90, "-n", "--delete", "/dev/sda1", "--machine-readable"),
    ];

    /// <summary>The reason is given in the same words.</summary>
    public static IReadOnlyList<ParityCase> Refused { get; } =
    [
        Case("resize-too-small", "resize-ext4-mbr", 70),
        Case("resize-nothing-to-shrink", "resize-ext4-mbr", 145, "--shrink", "/dev/sda2"),
        Case("resize-cut-off", "resize-ext4-mbr", 145, "--resize", "/dev/sda2=50M"),
        Case("resize-twice", "resize-ext4-mbr", 145, "--resize", "/dev/sda2=+10M", "--expand", "/dev/sda2"),
        Case("resize-expand-and-shrink", "resize-ext4-mbr", 145, "--expand", "/dev/sda2", "--shrink", "/dev/sda1"),
        Case("resize-bad-size", "resize-ext4-mbr", 145, "--resize", "/dev/sda2=much"),
        Case("resize-bad-format", "resize-ext4-mbr", 145, "--machine-readable=paper"),
        new("resize-one-operand", new("no-disk", "no disk at all", []), "virt-resize") { Output = NewDisk },
    ];

    /// <summary>The reason is the same, in other words.</summary>
    public static IReadOnlyList<ParityCase> RefusedInOtherWords { get; } =
    [
        Case("resize-nothing-to-expand", "resize-ext4-mbr", 70, "--expand", "/dev/sda2"),
        Case("resize-missing-partition", "resize-ext4-mbr", 145, "--expand", "/dev/sda7"),
        Case("resize-missing-volume", "resize-ext4-mbr", 145, "--LV-expand", "/dev/vg/lv"),
        Case("resize-no-table", "ext4", 145, "--expand", "/dev/sda1"),
        Case("resize-wrong-format", "resize-ext4-mbr", 145, "--format", "qcow2"),
        Case("resize-no-output", "resize-ext4-mbr", 0),
        Case("resize-into-itself", "resize-ext4-mbr", 0) with { Output = "resize-ext4-mbr.img" },
        Case("resize-unknown-option", "resize-ext4-mbr", 145, "--grow"),
    ];

    private static ParityCase Case(string name, string fixture, int outputSize, params IReadOnlyList<string> arguments) =>
        new(name, GuestImages.Named(fixture), "virt-resize", arguments) { Output = NewDisk, OutputSize = outputSize };
}
