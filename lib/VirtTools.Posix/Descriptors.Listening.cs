using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>A local socket that listens, and the connections to it that wait to be accepted.</summary>
internal readonly record struct ConnectedListener(SafeFileHandle Listener, IReadOnlyList<SafeFileHandle> Connections);

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
        return ConnectTo(address, path);
    }

    /// <summary>
    /// A listening socket for a program that only takes those, with the connections that it will ever get: its name is in the file system for the
    /// moment in which we connect, may be used by its owner only, and is gone when this returns.
    /// </summary>
    /// <param name="folder">Where the name may be for that moment.</param>
    /// <param name="count">How many connections.</param>
    /// <exception cref="PosixException">The folder takes no sockets, or no descriptor is left.</exception>
    public static ConnectedListener CreateConnectedListener(string folder, int count)
    {
        const uint OwnerOnly = 0x180; // 0600
        using var parent = Open(folder, OpenFlags.PathOnly | OpenFlags.Directory);
        using var use = new HandleUse(parent);

        // sun_path holds 108 bytes; the folder's own path may be longer.
        var path = $"/proc/self/fd/{use.Number}/virttools-{Guid.NewGuid():N}";
        var address = Libc.LocalAddress.Of(ByteString.GetBytes(path));
        var listener = Owned(Checked(Libc.Socket(LocalDomain, StreamCloseOnExec, 0), "socket"));
        var connections = new List<SafeFileHandle>(count);
        try
        {
            // The file gets the mode of the socket, less the umask (unix(7), bind).
            ChangeMode(listener, OwnerOnly);
            using var listenerUse = new HandleUse(listener);
            Checked(Libc.Bind(listenerUse.Number, address, (uint)Marshal.SizeOf<Libc.LocalAddress>()), folder);
            try
            {
                Checked(Libc.Listen(listenerUse.Number, count), "listen");
                while (connections.Count < count)
                {
                    connections.Add(ConnectTo(address, "connect"));
                }
            }
            finally
            {
                Unlink(path);
            }

            return new(listener, connections);
        }
        catch
        {
            listener.Dispose();
            connections.ForEach(connection => connection.Dispose());
            throw;
        }
    }

    private static SafeFileHandle ConnectTo(in Libc.LocalAddress address, string what)
    {
        var connection = Owned(Checked(Libc.Socket(LocalDomain, StreamCloseOnExec, 0), "socket"));
        try
        {
            using var use = new HandleUse(connection);
            Checked(Libc.Connect(use.Number, address, (uint)Marshal.SizeOf<Libc.LocalAddress>()), what);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
