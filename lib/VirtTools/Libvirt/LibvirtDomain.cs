using System.Runtime.InteropServices;
using System.Text;

namespace VirtTools.Libvirt;

/// <summary>A guest of libvirt. Owns one reference of it.</summary>
internal sealed class LibvirtDomain(nint handle) : IDisposable
{
    private const int UuidLength = 37; // VIR_UUID_STRING_BUFLEN
    private const int ShutOff = 5; // VIR_DOMAIN_SHUTOFF
    private const int Crashed = 6; // VIR_DOMAIN_CRASHED

    private nint handle = handle;

    /// <summary>A reference of our own to a domain of the caller's.</summary>
    /// <exception cref="LibvirtException">It is none.</exception>
    public static LibvirtDomain Shared(nint domain)
    {
        LibvirtLibrary.Require();
        return domain != 0 && LibvirtLibrary.DomainRef(domain) == 0
            ? new(domain)
            : throw new LibvirtException("EINVAL", "the pointer is not one to a libvirt domain");
    }

    public nint Handle => handle;

    public string Name => LibvirtLibrary.StringAt(LibvirtLibrary.DomainName(handle)) ?? "";

    public string Uuid
    {
        get
        {
            Span<byte> text = stackalloc byte[UuidLength];
            return LibvirtLibrary.DomainUuid(handle, text) == 0 ? Encoding.ASCII.GetString(text[..^1]) : "";
        }
    }

    /// <summary>Whether something may write to its disks: it runs, is paused, sleeps. When libvirt does not say, it counts as running.</summary>
    public bool IsLive => LibvirtLibrary.DomainState(handle, out var state, out _, flags: 0) != 0 || state is not (ShutOff or Crashed);

    /// <summary>Its description.</summary>
    /// <exception cref="LibvirtException">libvirt does not give it.</exception>
    public unsafe string Xml()
    {
        var text = LibvirtLibrary.DomainXml(handle, flags: 0);
        try
        {
            return LibvirtLibrary.StringAt(text)
                ?? throw new LibvirtException("EIO", $"{Name}: libvirt does not describe the guest: {LibvirtLibrary.LastError()}; virsh dumpxml {Name} asks the same");
        }
        finally
        {
            NativeMemory.Free((void*)text);
        }
    }

    public void Dispose()
    {
        if (handle != 0)
        {
            _ = LibvirtLibrary.DomainFree(handle);
            handle = 0;
        }
    }
}
