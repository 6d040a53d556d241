namespace VirtTools.Libvirt;

/// <summary>libvirt refused, is missing, or said something about a guest that makes no sense. The message is one sentence for the user.</summary>
internal sealed class LibvirtException(string errnoName, string message) : Exception(message)
{
    /// <summary>The symbolic error name, such as <c>ENOENT</c>.</summary>
    public string ErrnoName { get; } = errnoName;
}
