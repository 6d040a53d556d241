using System.Net.Sockets;
using System.Text.Json;
using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Launch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.BlockAccess;

/// <summary>
/// Drives of a running appliance as QEMU's NBD server shows them to us alone: the server gets a listening socket that has no name any more, with our
/// connection waiting in it.
/// </summary>
/// <param name="appliance">The appliance.</param>
/// <param name="folder">Where a socket may have a name for a moment.</param>
/// <param name="tell">Gets the reason where QEMU cannot do it.</param>
internal sealed partial class QemuExports(ApplianceProcess appliance, string folder, Action<string> tell) : IDriveExports
{
    /// <summary>QEMU answers these commands at once, but for the last one, which waits for the disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PatienceWithTheDisk = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    [SyncTwin]
    public async ValueTask<DriveExport?> OpenAsync(uint target, TransferDirection direction, CancellationToken cancellationToken)
    {
        var sockets = await StartAsync([new(target, direction)]).ConfigureAwait(false);
        if (sockets is null)
        {
            return null;
        }

        try
        {
            return new Export(this, await NbdConnection.OpenAsync(sockets[0], ExportName(target), cancellationToken).ConfigureAwait(false));
        }
        catch (NbdClosedException e)
        {
            await StopAsync().ConfigureAwait(false);
            tell(e.Message);
            return null;
        }
    }

    /// <summary>Has several drives exported at once.</summary>
    /// <param name="uses">The drives, each of them once.</param>
    /// <returns>The drives in the same order; null where that is not possible; nothing has happened then.</returns>
    /// <exception cref="ApplianceGoneException">QEMU ended.</exception>
    /// <exception cref="ProtocolException">QEMU broke a protocol.</exception>
    public async ValueTask<DriveContents?> OpenAsync(IReadOnlyList<DriveUse> uses, CancellationToken cancellationToken)
    {
        var sockets = await StartAsync(uses).ConfigureAwait(false);
        if (sockets is null)
        {
            return null;
        }

        var drives = new List<NbdConnection>();
        try
        {
            for (var i = 0; i < uses.Count; i++)
            {
                drives.Add(await NbdConnection.OpenAsync(sockets[i], ExportName(uses[i].Target), cancellationToken).ConfigureAwait(false));
            }

            return new(drives, StopAsync);
        }
        catch (NbdClosedException e)
        {
            drives.ForEach(drive => drive.Dispose());
            foreach (var socket in sockets.Skip(drives.Count))
            {
                socket.Dispose();
            }

            await StopAsync().ConfigureAwait(false);
            tell(e.Message);
            return null;
        }
    }

    private static string ExportName(uint target) => $"drive{target}";

    private Task<IReadOnlyList<Socket>?> StartAsync(IReadOnlyList<DriveUse> uses) => DedicatedThread.Run("export", () => Start(uses));

    private IReadOnlyList<Socket>? Start(IReadOnlyList<DriveUse> uses)
    {
        List<Socket> sockets = [];
        try
        {
            var blocks = Execute("query-block", null, Patience);
            var nodes = uses.Select(use => NodeOf(blocks, $"drive{use.Target}")).ToArray();
            var ends = Descriptors.CreateConnectedListener(folder, uses.Count);
            sockets.AddRange(ends.Connections.Select(Descriptors.ToSocket));
            using (ends.Listener)
            {
                Execute("getfd", NbdServer.Descriptor, Patience, ends.Listener);
            }

            // So many clients, ours, which wait already.
            Execute("nbd-server-start", NbdServer.Start(uses.Count), Patience);
            AddExports(uses, nodes);
            return sockets;
        }
        catch (Exception e) when (e is QmpException or PosixException)
        {
            sockets.ForEach(socket => socket.Dispose());
            tell(e.Message);
            return null;
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private void AddExports(IReadOnlyList<DriveUse> uses, string[] nodes)
    {
        try
        {
            for (var i = 0; i < nodes.Length; i++)
            {
                var (target, direction) = uses[i];
                Execute("block-export-add", NbdServer.Export(ExportName(target), nodes[i], direction == TransferDirection.Write), Patience);
            }
        }
        catch (QmpException)
        {
            Stop();
            throw;
        }
    }

    private Task StopAsync() => DedicatedThread.Run("export", () =>
    {
        Stop();
        return 0;
    });

    // Waits for the requests that are being carried out.
    private void Stop()
    {
        try
        {
            Execute("nbd-server-stop", null, PatienceWithTheDisk);
        }
        catch (QmpException e)
        {
            throw new ProtocolException($"QEMU does not end its block export: {e.Message}");
        }
    }

    private JsonElement Execute(string command, string? arguments, TimeSpan patience, Microsoft.Win32.SafeHandles.SafeFileHandle? descriptor = null)
    {
        try
        {
            return appliance.Qmp.Execute(command, arguments, Environment.TickCount64 + (long)patience.TotalMilliseconds, descriptor);
        }
        catch (QmpClosedException)
        {
            throw new ApplianceGoneException();
        }
        catch (Exception e) when (e is TimeoutException or InvalidDataException)
        {
            throw new ProtocolException(e.Message);
        }
    }

    /// <summary>The node under a device, as JSON text: what the guest sees, overlay included.</summary>
    private static string NodeOf(JsonElement blocks, string deviceId)
    {
        if (blocks.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in blocks.EnumerateArray())
            {
                if (block.ValueKind == JsonValueKind.Object
                    && block.TryGetProperty("qdev", out var device) && device.ValueKind == JsonValueKind.String && device.GetString() == deviceId
                    && block.TryGetProperty("inserted", out var inserted) && inserted.ValueKind == JsonValueKind.Object
                    && inserted.TryGetProperty("node-name", out var node) && node.ValueKind == JsonValueKind.String)
                {
                    return node.GetRawText();
                }
            }
        }

        throw new QmpException("query-block", "DeviceNotFound", $"there is no drive {deviceId}");
    }

    private sealed class Export(QemuExports owner, NbdConnection nbd) : DriveExport(nbd)
    {
        protected override void Stop() => owner.Stop();

        protected override async ValueTask StopAsync() => await owner.StopAsync().ConfigureAwait(false);
    }
}
