using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Boot;

/// <summary>A local socket on which the daemon waits for one library.</summary>
internal static class ListeningSocket
{
    /// <summary>Makes the socket, waits for one connection, and removes the socket.</summary>
    /// <exception cref="FatalException">The socket cannot be made.</exception>
    public static SafeFileHandle Accept(string path)
    {
        try
        {
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            using var connection = listener.Accept();
            connection.Blocking = true;
            Descriptors.Unlink(path);
            return Descriptors.Duplicate(connection.SafeHandle);
        }
        catch (SocketException e)
        {
            throw new FatalException($"{path}: {e.Message}");
        }
    }
}
