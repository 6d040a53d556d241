using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Encryption;

/// <summary>A key that a program reads as a file: unnamed, in memory, overwritten when it is no longer needed.</summary>
internal sealed class KeyFile : IDisposable
{
    private readonly int _length;

    public KeyFile(string key)
    {
        var bytes = ByteString.GetBytes(key);
        _length = bytes.Length;
        Handle = Descriptors.CreateMemoryFile("key");
        try
        {
            Descriptors.WriteAt(Handle, bytes, 0);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>To be inherited by the program.</summary>
    public SafeFileHandle Handle { get; }

    public void Dispose()
    {
        if (!Handle.IsClosed)
        {
            Descriptors.WriteAt(Handle, new byte[_length], 0);
            Handle.Dispose();
        }
    }
}
