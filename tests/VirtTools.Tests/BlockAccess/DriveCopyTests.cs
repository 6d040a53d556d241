using VirtTools.BlockAccess;

namespace VirtTools.Tests.BlockAccess;

public sealed class DriveCopyTests
{
    private const int Block = ScriptedNbdServer.BlockSize;

    [Fact]
    public async Task A_copy_at_another_place_holds_the_same_and_zeros_are_neither_read_nor_written()
    {
        await using var drives = await Drives.OpenAsync();
        drives.Fill(drives.Source, 10 * Block, 30 * Block);
        drives.Source.Disk.AsSpan(20 * Block, 5 * Block).Clear();

        await drives.CopyAsync(ZeroCopying.Sparse, new CopiedStretch(0, 3 * Block, 60 * Block));

        Assert.Equal(drives.Source.Disk[..(60 * Block)], drives.Target.Disk[(3 * Block)..(63 * Block)]);
        Assert.Equal(15 * Block, drives.Source.Requests.Where(request => request.Command == NbdCommand.Read).Sum(request => request.Length));
        Assert.DoesNotContain(drives.Target.Requests, request => request.Command == NbdCommand.WriteZeroes);
    }

    [Fact]
    public async Task What_the_target_held_is_overwritten_with_zeros_too()
    {
        await using var drives = await Drives.OpenAsync();
        drives.Fill(drives.Source, 0, 8 * Block);
        drives.Fill(drives.Target, 0, 128 * Block);

        await drives.CopyAsync(ZeroCopying.Sparse, new CopiedStretch(0, 0, 100 * Block));

        Assert.Equal(drives.Source.Disk[..(100 * Block)], drives.Target.Disk[..(100 * Block)]);
        Assert.True(drives.Target.Disk.AsSpan(100 * Block).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task Zeros_are_written_as_bytes_where_room_is_wanted()
    {
        await using var drives = await Drives.OpenAsync();

        await drives.CopyAsync(ZeroCopying.Allocated, new CopiedStretch(0, 0, 16 * Block));

        Assert.Equal(16 * Block, drives.Target.Requests.Where(request => request.Command == NbdCommand.Write).Sum(request => request.Content.Length));
    }

    [Fact]
    public async Task A_full_disk_is_told_with_its_place()
    {
        await using var drives = await Drives.OpenAsync((server, request) =>
        {
            var fails = request.Command == NbdCommand.Write && request.Offset >= 16 * Block;
            if (fails)
            {
                server.SendSimple(request.Handle, 28);
            }

            return fails;
        });
        drives.Fill(drives.Source, 0, 128 * Block);

        var failure = await Assert.ThrowsAsync<DriveFailedException>(() => drives.CopyAsync(ZeroCopying.Sparse, new CopiedStretch(0, 0, 128 * Block)));

        Assert.Equal((DriveFault.Writing, "ENOSPC"), (failure.Fault, failure.ErrnoName));
        Assert.True(failure.Offset >= 16 * Block);
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_told()
    {
        await using var drives = await Drives.OpenAsync(source: (server, request) =>
        {
            var fails = request.Command == NbdCommand.Read;
            if (fails)
            {
                server.SendSimple(request.Handle, 5);
            }

            return fails;
        });
        drives.Fill(drives.Source, 0, Block);

        var failure = await Assert.ThrowsAsync<DriveFailedException>(() => drives.CopyAsync(ZeroCopying.Sparse, new CopiedStretch(0, 0, Block)));

        Assert.Equal((DriveFault.Reading, "EIO"), (failure.Fault, failure.ErrnoName));
    }

    private sealed class Drives(ScriptedNbdServer source, ScriptedNbdServer target, NbdConnection from, NbdConnection to) : IAsyncDisposable
    {
        public ScriptedNbdServer Source => source;

        public ScriptedNbdServer Target => target;

        public static async Task<Drives> OpenAsync(
            Func<ScriptedNbdServer, ScriptedNbdServer.Request, bool>? target = null, Func<ScriptedNbdServer, ScriptedNbdServer.Request, bool>? source = null)
        {
            var (sourceServer, sourceClient) = ScriptedNbdServer.Start(source);
            var (targetServer, targetClient) = ScriptedNbdServer.Start(target);
            return new(
                sourceServer,
                targetServer,
                await NbdConnection.OpenAsync(sourceClient, "drive", CancellationToken.None),
                await NbdConnection.OpenAsync(targetClient, "drive", CancellationToken.None));
        }

        public void Fill(ScriptedNbdServer server, int start, int end) => new Random(start).NextBytes(server.Disk.AsSpan(start, end - start));

        public Task CopyAsync(ZeroCopying zeros, CopiedStretch stretch) =>
            new DriveCopy(from, to, zeros, static _ => { }, CancellationToken.None).RunAsync([stretch]);

        public async ValueTask DisposeAsync()
        {
            await from.EndAsync(CancellationToken.None);
            await to.EndAsync(CancellationToken.None);
            from.Dispose();
            to.Dispose();
            source.Dispose();
            target.Dispose();
        }
    }
}
