namespace VirtTools.Appliance.Command;

/// <summary>The commands of this family; a new one is a line here.</summary>
internal static class CommandNames
{
    public static IReadOnlyList<string> All { get; } = ["virt-appliance", "virt-cat", "virt-df", "virt-edit", "virt-inspector", "virt-ls", "virt-resize"];
}
