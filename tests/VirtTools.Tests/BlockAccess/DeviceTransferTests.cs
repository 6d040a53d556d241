using System.Security.Cryptography;
using VirtTools.BlockAccess;
using VirtTools.Wire;

namespace VirtTools.Tests.BlockAccess;

public sealed class DeviceTransferTests
{
    private const int PartitionStart = 1024 * 1024;
    private const int PartitionSize = 4 * 1024 * 1024;
    private const string Device = "/dev/sda1";

    private static readonly DriveExtent s_partition = new(0, PartitionStart, PartitionSize);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_download_holds_the_partition_and_asks_for_nothing_that_reads_as_zeros(bool isAsync)
    {
        using var appliance = new PlayedAppliance(s_partition);
        RandomNumberGenerator.Fill(appliance.Server.Disk.AsSpan(PartitionStart, 1_000_000));
        RandomNumberGenerator.Fill(appliance.Server.Disk.AsSpan(PartitionStart + PartitionSize, 100));
        var target = new MemoryStream();

        await DownloadAsync(appliance.Handle, target, isAsync);

        Assert.Equal(appliance.Server.Disk[PartitionStart..(PartitionStart + PartitionSize)], target.ToArray());
        Assert.InRange(appliance.Server.Requests.Where(request => request.Command == NbdCommand.Read).Sum(request => request.Length), 1, 1_100_000);
        Assert.Equal(["read"], appliance.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_replaces_the_partition_and_names_zeros_instead_of_sending_them(bool isAsync)
    {
        using var appliance = new PlayedAppliance(s_partition);
        RandomNumberGenerator.Fill(appliance.Server.Disk);
        var expected = (byte[])appliance.Server.Disk.Clone();
        var content = new byte[PartitionSize];
        RandomNumberGenerator.Fill(content.AsSpan(0, 1000));
        content.CopyTo(expected, PartitionStart);

        await UploadAsync(appliance.Handle, new MemoryStream(content), isAsync);

        Assert.Equal(expected, appliance.Server.Disk);
        Assert.InRange(appliance.Server.Requests.Where(request => request.Command == NbdCommand.Write).Sum(request => request.Length), 1000, HostTransfer.PieceSize);
        Assert.Equal(NbdCommand.Flush, appliance.Server.Requests[^1].Command);
        Assert.Equal(["write", "written"], appliance.Calls);
    }

    [Fact]
    public void Replies_may_come_in_any_order()
    {
        var held = new List<ScriptedNbdServer.Request>();
        using var appliance = new PlayedAppliance(s_partition, (server, request) =>
        {
            if (request.Command != NbdCommand.Read)
            {
                return false;
            }

            held.Add(request);
            if (held.Count == PartitionSize / HostTransfer.PieceSize)
            {
                held.Reverse();
                held.ForEach(server.AnswerWell);
            }

            return true;
        });
        Array.Fill(appliance.Server.Disk, (byte)1);
        RandomNumberGenerator.Fill(appliance.Server.Disk.AsSpan(PartitionStart, PartitionSize));
        var target = new MemoryStream();

        appliance.Handle.Download(Device, target);

        Assert.Equal(appliance.Server.Disk[PartitionStart..(PartitionStart + PartitionSize)], target.ToArray());
    }

    [Theory]
    [InlineData(ScriptedNbdServer.Size + 1, 0)]
    [InlineData(0, ScriptedNbdServer.Size + 1)]
    [InlineData(ScriptedNbdServer.Size, 1)]
    [InlineData(ulong.MaxValue, 2)]
    [InlineData(2, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    [InlineData(1, long.MaxValue)]
    public void A_daemon_that_lies_about_the_place_of_a_device_is_ended_before_anything_is_moved(ulong start, ulong length)
    {
        using var reading = new PlayedAppliance(new DriveExtent(0, start, length));
        using var writing = new PlayedAppliance(new DriveExtent(0, start, length));

        Assert.Equal("EPROTO", Assert.Throws<GuestfsException>(() => reading.Handle.Download(Device, Stream.Null)).ErrnoName);
        Assert.Equal("EPROTO", Assert.Throws<GuestfsException>(() => writing.Handle.Upload(new MemoryStream(new byte[PartitionSize]), Device)).ErrnoName);
        Assert.Empty(reading.Server.Requests);
        Assert.Empty(writing.Server.Requests);
        Assert.True(reading.Handle.IsConfig());
    }

    [Theory]
    [InlineData(0, PartitionSize + 1)]
    [InlineData(PartitionSize, PartitionSize)]
    [InlineData(-1, PartitionSize)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void A_range_beyond_the_end_of_the_device_is_left_to_the_ordinary_way(long offset, long size)
    {
        using var appliance = new PlayedAppliance(s_partition);

        Assert.Throws<GuestfsException>(() => appliance.Handle.DownloadOffset(Device, Stream.Null, offset, size));

        Assert.Equal(["read", "ordinary"], appliance.Calls);
        Assert.Empty(appliance.Server.Requests);
    }

    [Fact]
    public void Content_that_is_longer_than_the_device_fills_it_and_no_byte_behind_it()
    {
        using var appliance = new PlayedAppliance(s_partition);
        var content = new byte[PartitionSize + 1];
        Array.Fill(content, (byte)7);

        var failure = Assert.Throws<GuestfsException>(() => appliance.Handle.Upload(new MemoryStream(content), Device));

        Assert.Equal("ENOSPC", failure.ErrnoName);
        Assert.Equal(PartitionSize, appliance.Server.Disk.Count(value => value == 7));
        Assert.Equal(0, appliance.Server.Disk[PartitionStart + PartitionSize]);
        Assert.Equal(["write", "written"], appliance.Calls);
    }

    [Fact]
    public void Small_transfers_and_files_take_the_ordinary_way_without_asking()
    {
        using var appliance = new PlayedAppliance(s_partition);

        Assert.Throws<GuestfsException>(() => appliance.Handle.DownloadOffset(Device, Stream.Null, 0, 4096));
        Assert.Throws<GuestfsException>(() => appliance.Handle.Download("/etc/fstab", Stream.Null));

        Assert.Equal(["ordinary", "ordinary"], appliance.Calls);
    }

    [Fact]
    public void What_QEMU_cannot_read_or_write_is_an_error_with_its_number_and_place()
    {
        using var reading = new PlayedAppliance(s_partition, (server, request) => Fail(server, request, NbdCommand.Read));
        using var writing = new PlayedAppliance(s_partition, (server, request) => Fail(server, request, NbdCommand.Write));
        Array.Fill(reading.Server.Disk, (byte)1);

        var unread = Assert.Throws<GuestfsException>(() => reading.Handle.Download(Device, Stream.Null));
        var unwritten = Assert.Throws<GuestfsException>(() => writing.Handle.Upload(new MemoryStream([.. Enumerable.Repeat((byte)1, PartitionSize)]), Device));

        Assert.Equal("ENOSPC", unread.ErrnoName);
        Assert.Contains("at byte 0", unread.Message, StringComparison.Ordinal);
        Assert.Equal("ENOSPC", unwritten.ErrnoName);
        Assert.Equal(["write", "written"], writing.Calls);

        static bool Fail(ScriptedNbdServer server, ScriptedNbdServer.Request request, NbdCommand command)
        {
            if (request.Command == command)
            {
                server.SendSimple(request.Handle, 28);
            }

            return request.Command == command;
        }
    }

    [Fact]
    public async Task An_export_that_hangs_up_is_one_exception_both_ways_of_calling()
    {
        foreach (var isAsync in new[] { false, true })
        {
            using var appliance = new PlayedAppliance(s_partition, (server, request) =>
            {
                server.Close();
                return true;
            });

            var failure = await Assert.ThrowsAsync<GuestfsException>(() => DownloadAsync(appliance.Handle, Stream.Null, isAsync));

            Assert.Equal("EIO", failure.ErrnoName);
        }
    }

    [Fact]
    public void UserCancel_stops_an_upload_and_the_daemon_is_told_that_something_was_written()
    {
        using var appliance = new PlayedAppliance(s_partition);
        var content = new EndlessOnes { AfterFirstRead = () => appliance.Handle.UserCancel() };

        var failure = Assert.Throws<GuestfsException>(() => appliance.Handle.Upload(content, Device));

        Assert.Equal("EINTR", failure.ErrnoName);
        Assert.Equal(["write", "written"], appliance.Calls);
    }

    [Fact]
    public void A_source_that_cannot_be_read_is_one_exception()
    {
        using var appliance = new PlayedAppliance(s_partition);
        var content = new EndlessOnes { AfterFirstRead = () => throw new IOException("the tape is torn") };

        var failure = Assert.Throws<GuestfsException>(() => appliance.Handle.Upload(content, Device));

        Assert.Contains("the tape is torn", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["write", "written"], appliance.Calls);
    }

    [Fact]
    public void The_end_of_a_transfer_is_told_to_whoever_listens_if_its_progress_was()
    {
        var told = new List<(ulong Position, ulong Total)>();
        var progress = new HostProgress(Listening(told), "download", 100) { InitialDelay = TimeSpan.Zero };

        progress.Report(40);
        progress.Report(41);
        progress.Report(100);
        progress.Report(100);

        Assert.Equal([(40UL, 100UL), (100UL, 100UL)], told);
    }

    private static Events.EventHandlers Listening(List<(ulong Position, ulong Total)> told)
    {
        var events = new Events.EventHandlers();
        events.Add(GuestEvents.Progress, happened => told.Add((happened.Progress!.Position, happened.Progress.Total)));
        return events;
    }

    private static async Task DownloadAsync(Guestfs handle, Stream target, bool isAsync)
    {
        if (isAsync)
        {
            await handle.DownloadAsync(Device, target);
        }
        else
        {
            handle.Download(Device, target);
        }
    }

    private static async Task UploadAsync(Guestfs handle, Stream source, bool isAsync)
    {
        if (isAsync)
        {
            await handle.UploadAsync(source, Device);
        }
        else
        {
            handle.Upload(source, Device);
        }
    }

    private sealed class EndlessOnes : Stream
    {
        private bool _read;

        public required Action AfterFirstRead { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (_read)
            {
                AfterFirstRead();
            }

            _read = true;
            buffer.Fill(1);
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
