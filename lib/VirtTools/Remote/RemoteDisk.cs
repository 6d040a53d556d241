using Microsoft.Win32.SafeHandles;
using VirtTools.BlockAccess;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Remote;

/// <summary>
/// An open disk behind a server: a QEMU of its own that talks to the server, decides nothing, and exports the disk to whoever it is told to. Which
/// format it is in is decided here, by the rules for files, on what that QEMU exports.
/// </summary>
internal sealed class RemoteDisk : IDisposable
{
    /// <summary>How the disk is called on each connection.</summary>
    public const string ExportName = "drive";

    private const string FormatNode = "disk";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RemoteAddress address;
    private readonly ApplianceProcess process;
    private readonly RemoteHost host;
    private readonly bool readOnly;
    private readonly CancellationToken cancellationToken;
    private string node = RemoteNode.Name;
    private bool isServing;

    private RemoteDisk(RemoteAddress address, ApplianceProcess process, RemoteHost host, bool readOnly, CancellationToken cancellationToken)
    {
        this.address = address;
        this.process = process;
        this.host = host;
        this.readOnly = readOnly;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>The format that was decided for it.</summary>
    public ImageFormat Format { get; private set; } = ImageFormat.Raw;

    /// <summary>Size in bytes of the disk that the guest sees, a multiple of 512.</summary>
    public long Size { get; private set; }

    /// <summary>Opens it.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="format">What the user says it is; null to find out.</param>
    /// <param name="readOnly">Whether the disk itself must stay as it is.</param>
    /// <param name="host">What is needed here.</param>
    /// <param name="cancellationToken">Ends the QEMU that talks to the server.</param>
    /// <exception cref="ImageException">The server cannot be reached, refuses, or the disk is refused.</exception>
    /// <exception cref="LaunchException">QEMU could not be started.</exception>
    public static RemoteDisk Open(RemoteAddress address, string? format, bool readOnly, RemoteHost host, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)host.Deadline.TotalMilliseconds;
        var process = RemoteProcess.Start(address, host, deadline, cancellationToken);
        var disk = new RemoteDisk(address, process, host, readOnly, cancellationToken);
        try
        {
            using var cancellation = cancellationToken.Register(process.Kill);
            disk.Prepare(format, deadline);
            return disk;
        }
        catch
        {
            disk.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>A connection that QEMU's NBD driver can take over; the one before is ended.</summary>
    /// <exception cref="ImageException">The QEMU that talks to the server does not do it.</exception>
    public SafeFileHandle Connect()
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        if (isServing)
        {
            Execute("nbd-server-stop", null, deadline);
            isServing = false;
        }

        var ends = NewListener();
        try
        {
            using (ends.Listener)
            {
                Execute("getfd", NbdServer.Descriptor, deadline, ends.Listener);
            }

            Execute("nbd-server-start", NbdServer.Start(clients: 1), deadline);
            isServing = true;
            Execute("block-export-add", NbdServer.Export(ExportName, $"\"{node}\"", !readOnly), deadline);
            return ends.Connections[0];
        }
        catch
        {
            ends.Connections[0].Dispose();
            throw;
        }
    }

    public void Dispose() => process.Dispose();

    private void Prepare(string? format, long deadline)
    {
        if (RemoteNode.Secret(address) is { } secret)
        {
            Execute("object-add", secret, deadline);
        }

        if (address.Servers is [{ Socket: { } path }])
        {
            using var connected = ConnectTo(path);
            Execute("getfd", $$"""{"fdname":"{{RemoteNode.SocketName}}"}""", deadline, connected);
        }

        Execute("blockdev-add", RemoteNode.Of(address, readOnly), deadline);
        DecideFormat(format);
        if (Format != ImageFormat.Raw)
        {
            Execute("blockdev-add", Layer(), deadline);
            node = FormatNode;
        }

        using var nbd = OpenConnection();
        Size = nbd.Size.UpToSector();
    }

    private void DecideFormat(string? format)
    {
        using var nbd = OpenConnection();
        var bytes = new NbdImageBytes(nbd);
        try
        {
            Format = ImageOpener.FormatOf(bytes, address.PathOnly, address.ToString(), format, readOnly);
        }
        catch (Exception e) when (e is ProtocolException or NbdClosedException)
        {
            throw Failure($"QEMU, which reads it, failed ({process.DescribeEnd()}); try again");
        }
    }

    private NbdConnection OpenConnection()
    {
        var socket = Descriptors.ToSocket(Connect());
        try
        {
            return NbdConnection.Open(socket, ExportName);
        }
        catch (Exception e) when (e is ProtocolException or NbdClosedException)
        {
            throw Failure($"QEMU, which reads it, failed ({e.Message}); try again");
        }
    }

    private string Layer() => Json.Object(writer =>
    {
        writer.WriteString("driver", Format.Name);
        writer.WriteString("node-name", FormatNode);
        writer.WriteString("file", RemoteNode.Name);
        writer.WriteBoolean("read-only", readOnly);
        writer.WriteBoolean("auto-read-only", false);

        // Without this member QEMU would open what the image names. Images that name something have been refused; this is the second belt.
        if (Format.Name is "qcow2" or "qcow" or "qed" or "vmdk")
        {
            writer.WriteNull("backing");
        }
    });

    private void Execute(string command, string? arguments, long deadline, SafeFileHandle? descriptor = null)
    {
        try
        {
            process.Qmp.Execute(command, arguments, deadline, descriptor);
        }
        catch (QmpException e)
        {
            throw RemoteFailure.Of(address, e.Description);
        }
        catch (QmpClosedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            process.WaitForExit(Patience);
            throw Failure($"QEMU, which reads it, failed ({process.DescribeEnd()}); try again");
        }
        catch (TimeoutException)
        {
            throw new ImageException("ETIMEDOUT", $"{address}: the server did not show the disk in {host.Deadline.TotalSeconds:0.#} seconds; see that it runs and can be reached from here");
        }
        catch (InvalidDataException e)
        {
            throw Failure($"QEMU, which reads it, failed ({e.Message}); try again");
        }
    }

    private ConnectedListener NewListener()
    {
        try
        {
            return Descriptors.CreateConnectedListener(host.TemporaryFolder.Path, count: 1);
        }
        catch (PosixException e)
        {
            throw host.TemporaryFolder.Explain(e);
        }
    }

    private SafeFileHandle ConnectTo(string path)
    {
        try
        {
            return Descriptors.ConnectToSocket(path);
        }
        catch (PosixException e)
        {
            throw new ImageException(e.ErrnoName, $"{address}: the socket {path} cannot be connected to: {Errno.Message(e.Errno)}; see that the server runs, and that this user may use the socket");
        }
    }

    private ImageException Failure(string reason) => new("EIO", $"{address}: {reason}");
}
