using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Libvirt;

/// <summary>
/// Functions of libvirt's C library as they are. The library is loaded at the first call, so programs that never ask for a guest do not need it.
/// The errors of a call are kept for each thread: a question and the look at its error are made on one thread.
/// </summary>
internal static partial class LibvirtLibrary
{
    private const string Library = "libvirt.so.0";

    /// <summary>Loads the library and makes it silent: by default it writes its errors to standard error itself.</summary>
    /// <param name="name">What the loader looks for.</param>
    /// <exception cref="LibvirtException">It is not there.</exception>
    public static unsafe void Require(string name = Library)
    {
        if (!NativeLibrary.TryLoad(name, out _))
        {
            throw new LibvirtException("ENOENT", $"libvirt's library {name} is missing, and guests are asked for through it; install the package libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora), or name the images with -a");
        }

        SetErrorFunction(0, &Silence);
    }

    /// <summary>What libvirt says of the last failure on this thread.</summary>
    public static string LastError() => StringAt(LastErrorMessage()) is { Length: > 0 } text ? text : "libvirt does not say why";

    /// <summary>The text behind a pointer; null for a null pointer.</summary>
    public static unsafe string? StringAt(nint pointer) =>
        pointer == 0 ? null : ByteString.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)pointer));

    [LibraryImport(Library, EntryPoint = "virConnectOpen")]
    internal static partial nint Open(ReadOnlySpan<byte> uri);

    [LibraryImport(Library, EntryPoint = "virConnectOpenReadOnly")]
    internal static partial nint OpenReadOnly(ReadOnlySpan<byte> uri);

    [LibraryImport(Library, EntryPoint = "virConnectClose")]
    internal static partial int Close(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectGetURI")]
    internal static partial nint GetUri(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectListAllDomains")]
    internal static partial int ListAllDomains(nint connection, out nint domains, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainLookupByName")]
    internal static partial nint DomainByName(nint connection, ReadOnlySpan<byte> name);

    [LibraryImport(Library, EntryPoint = "virDomainLookupByUUIDString")]
    internal static partial nint DomainByUuid(nint connection, ReadOnlySpan<byte> uuid);

    [LibraryImport(Library, EntryPoint = "virDomainRef")]
    internal static partial int DomainRef(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainFree")]
    internal static partial int DomainFree(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainGetConnect")]
    internal static partial nint DomainConnection(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainGetName")]
    internal static partial nint DomainName(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainGetUUIDString")]
    internal static partial int DomainUuid(nint domain, Span<byte> text);

    [LibraryImport(Library, EntryPoint = "virDomainGetState")]
    internal static partial int DomainState(nint domain, out int state, out int reason, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainGetXMLDesc")]
    internal static partial nint DomainXml(nint domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virStoragePoolLookupByName")]
    internal static partial nint PoolByName(nint connection, ReadOnlySpan<byte> name);

    [LibraryImport(Library, EntryPoint = "virStoragePoolFree")]
    internal static partial int PoolFree(nint pool);

    [LibraryImport(Library, EntryPoint = "virStorageVolLookupByName")]
    internal static partial nint VolumeByName(nint pool, ReadOnlySpan<byte> name);

    [LibraryImport(Library, EntryPoint = "virStorageVolGetPath")]
    internal static partial nint VolumePath(nint volume);

    [LibraryImport(Library, EntryPoint = "virStorageVolFree")]
    internal static partial int VolumeFree(nint volume);

    [LibraryImport(Library, EntryPoint = "virSecretLookupByUUIDString")]
    internal static partial nint SecretByUuid(nint connection, ReadOnlySpan<byte> uuid);

    [LibraryImport(Library, EntryPoint = "virSecretLookupByUsage")]
    internal static partial nint SecretByUsage(nint connection, int type, ReadOnlySpan<byte> usage);

    [LibraryImport(Library, EntryPoint = "virSecretGetValue")]
    internal static partial nint SecretValue(nint secret, out nuint size, uint flags);

    [LibraryImport(Library, EntryPoint = "virSecretFree")]
    internal static partial int SecretFree(nint secret);

    [LibraryImport(Library, EntryPoint = "virGetLastErrorMessage")]
    private static partial nint LastErrorMessage();

    [LibraryImport(Library, EntryPoint = "virSetErrorFunc")]
    private static unsafe partial void SetErrorFunction(nint data, delegate* unmanaged[Cdecl]<nint, nint, void> handler);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Silence(nint data, nint error)
    {
    }
}
