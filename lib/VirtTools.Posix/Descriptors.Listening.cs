using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>A local socket that listens, and the connection to it that waits to be accepted.</summary>
internal readonly record struct ConnectedListener(SafeFileHandle Listener, SafeFileHandle Connection);

internal static partial class Descriptors
{
    /// <summary>A connection to a local socket, by a path of any length.</summary>
    /// <exception cref="PosixException">ENOENT, ECONNREFUSED: nobody listens there.</exception>
    public static SafeFileHandle ConnectToSocket(string path)
    {
        var slash = path.LastIndexOf('/');
        using var parent = Open(slash < 0 ? "." : slash == 0 ? "/" : path[..slash], OpenFlags.PathOnly | OpenFlags.Directory);
        using var use = new HandleUse(parent);
        var address = Libc.LocalAddress.Of(ByteString.GetBytes($"/proc/self/fd/{use.Number}/{path[(slash + 1)..]}"));
        var connection = Owned(Checked(Libc.Socket(LocalDomain, StreamCloseOnExec, 0), "socket"));
        try
        {
            using var connectionUse = new HandleUse(connection);
            Checked(Libc.Connect(connectionUse.Number, address, (uint)Marshal.SizeOf<Libc.LocalAddress>()), path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A listening socket for a program that only takes those, with the one connection that it will ever get: its name is in the file system for the
    /// moment in which we connect, may be used by its owner only, and is gone when this returns.
    /// </summary>
    /// <param name="folder">Where the name may be for that moment.</param>
    /// <exception cref="PosixException">The folder takes no sockets, or no descriptor is left.</exception>
    public static ConnectedListener CreateConnectedListener(string folder)
    {
        const uint OwnerOnly = 0x180; // 0600
        using var parent = Open(folder, OpenFlags.PathOnly | OpenFlags.Directory);
        using var use = new HandleUse(parent);

        // sun_path holds 108 bytes; the folder's own path may be longer.
        var path = $"/proc/self/fd/{use.Number}/virttools-{Guid.NewGuid():N}";
        var address = Libc.LocalAddress.Of(ByteString.GetBytes(path));
        var listener = Owned(Checked(Libc.Socket(LocalDomain, StreamCloseOnExec, 0), "socket"));
        SafeFileHandle? connection = null;
        try
        {
            // The file gets the mode of the socket, less the umask (unix(7), bind).
            ChangeMode(listener, OwnerOnly);
            using var listenerUse = new HandleUse(listener);
            Checked(Libc.Bind(listenerUse.Number, address, (uint)Marshal.SizeOf<Libc.LocalAddress>()), folder);
            try
            {
                Checked(Libc.Listen(listenerUse.Number, 1), "listen");
                connection = Owned(Checked(Libc.Socket(LocalDomain, StreamCloseOnExec, 0), "socket"));
                using var connectionUse = new HandleUse(connection);
                Checked(Libc.Connect(connectionUse.Number, address, (uint)Marshal.SizeOf<Libc.LocalAddress>()), "connect");
            }
            finally
            {
                Unlink(path);
            }

            return new(listener, connection);
        }
        catch
        {
            listener.Dispose();
            connection?.Dispose();
            throw;
        }
    }
}
