using System.Text;
using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Ext;
using VirtTools.Daemon.Lvm;
using VirtTools.Daemon.Partitions;
using VirtTools.Daemon.Raid;
using VirtTools.Daemon.Xfs;
using VirtTools.Dispatch;
using Xunit;

namespace VirtTools.Tests.Daemon;

public sealed class ProgramOutputTests
{
    private const string LvmText = """
          {
              "report": [
                  {
                      "lv": [
                          {"vg_name":"VG", "lv_name":"LV", "lv_uuid":"VwMqdf-SqlX-57ap-lRUS-BUf0-iMlA-OaAXYU", "lv_size":"8388608", "lv_major":"-1", "snap_percent":"", "copy_percent":"12.50"},
                          {"vg_name":"VG", "lv_name":"LV-2", "lv_uuid":"", "lv_size":"", "lv_major":"x"}
                      ]
                  }
              ]
          }
        """;

    [Fact]
    public void Report_of_lvm_gives_texts_numbers_shares_and_uuids()
    {
        var rows = LvmReport.Parse(Encoding.UTF8.GetBytes(LvmText));

        Assert.Equal(["LV", "LV-2"], rows.Select(row => row.Text("lv_name")));
        Assert.Equal((8388608, -1), (rows[0].Number("lv_size"), rows[0].Number("lv_major")));
        Assert.Equal("VwMqdfSqlX57aplRUSBUf0iMlAOaAXYU", rows[0].Uuid("lv_uuid"));
        Assert.Equal((null, 12.5f), (rows[0].Percent("snap_percent"), rows[0].Percent("copy_percent")));
        Assert.Equal((32, -1, -1), (rows[1].Uuid("lv_uuid").Length, rows[1].Number("lv_size"), rows[1].Number("lv_major")));
        Assert.Equal("", rows[1].Text("nonesuch"));
    }

    [Fact]
    public void Damaged_report_of_lvm_is_an_error_and_no_crash()
    {
        var random = new Random(11);
        var text = Encoding.UTF8.GetBytes(LvmText);
        for (var round = 0; round < 5_000; round++)
        {
            var changed = text.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                foreach (var row in LvmReport.Parse(changed))
                {
                    Assert.Equal(32, row.Uuid("lv_uuid").Length);
                }
            }
            catch (DaemonException e)
            {
                Assert.Equal("EIO", e.ErrnoName);
            }
        }
    }

    [Fact]
    public void Listing_of_parted_may_have_separators_in_names()
    {
        var listing = PartedListing.Parse("BYT;\n/dev/sdb:67108864B:scsi:512:512:mac:QEMU HARDDISK:;\n1:512B:32767B:32256B::a:b;c:boot;\nrubbish\n")!;

        Assert.Equal("mac", listing.Table);
        Assert.Equal(new PartedEntry(1, 512, 32767, 32256, "a:b;c", "boot"), Assert.Single(listing.Entries));
    }

    [Fact]
    public void Text_that_is_no_listing_of_parted_gives_none() => Assert.Null(PartedListing.Parse("Error: /dev/sda: unrecognised disk label\n"));

    [Fact]
    public void Parts_of_an_array_have_number_and_flags()
    {
        const string Text = """
            Personalities : [raid1]
            md127 : active raid1 sdb1[1] sda1[0](F) sdc1[2](W)(S)
                  32768 blocks super 1.2 [2/1] [_U]
            md1270 : active raid0 sdd[0]

            unused devices: <none>
            """;

        Assert.Equal(
            [new("/dev/sdb1", 1, ""), new("/dev/sda1", 0, "F"), new("/dev/sdc1", 2, "WS")],
            MdStatusFile.Parse(Text, "md127")!);
        Assert.Null(MdStatusFile.Parse(Text, "md12"));
    }

    [Fact]
    public void Fields_of_a_subvolume_join_its_snapshots()
    {
        var fields = BtrfsOutput.Fields("@home\n\tName: \t\t\t@home\n\tParent UUID: \t\t-\n\tSnapshot(s):\n\t\t\t\tsnap 1\n\t\t\t\tsnap:2\n");

        Assert.Equal(["Name", "Parent UUID", "Snapshot(s)"], fields.Keys);
        Assert.Equal("snap 1,snap:2", fields["Snapshot(s)"]);
    }

    [Fact]
    public void Devices_of_a_btrfs_are_found()
    {
        const string Text = "Label: none  uuid: 1\n\tTotal devices 2 FS bytes used 144.00KiB\n\tdevid    1 size 1.00GiB used 126.00MiB path /dev/sda\n\tdevid    2 size 1.00GiB used 126.00MiB path /dev/sdb1\n";

        Assert.Equal(["/dev/sda", "/dev/sdb1"], BtrfsOutput.Devices(Text));
        Assert.False(BtrfsOutput.HasMissingDevices(Text));
    }

    [Fact]
    public void Balance_is_none_or_has_its_numbers()
    {
        Assert.Equal("none", BtrfsOutput.Balance("No balance found on '/mnt'\n").BtrfsBalanceStatus);
        Assert.Equal(
            new BtrfsBalance("running", 3, 1, 2, 67),
            BtrfsOutput.Balance("Balance on '/m is t' is running\n1 out of about 3 chunks balanced (2 considered),  67% left\n"));
        Assert.Equal(new BtrfsBalance("", 0, 0, 0, 0), BtrfsOutput.Balance("?"));
    }

    [Fact]
    public void Counters_of_a_scrub_are_read()
    {
        var scrub = BtrfsOutput.Scrub("UUID: 1\n\tdata_extents_scrubbed: 12\n\tcsum_errors: 3\n\tlast_physical: 99\n");

        Assert.Equal((12ul, 3ul, 99ul, 0ul), (scrub.BtrfsScrubDataExtentsScrubbed, scrub.BtrfsScrubCsumErrors, scrub.BtrfsScrubLastPhysical, scrub.BtrfsScrubReadErrors));
    }

    [Fact]
    public void Quota_groups_are_read() =>
        Assert.Equal(
            [new("0/5", 16384, 16384), new("1/100", 0, 0)],
            BtrfsOutput.Qgroups("qgroupid         rfer         excl \n--------         ----         ---- \n0/5             16384        16384 \n1/100 0 0 path\n"));

    [Fact]
    public void Superblock_of_ext_loses_the_words_for_nothing()
    {
        var fields = Tune2fsOutput.Parse("tune2fs 1.47.0 (5-Feb-2023)\nFilesystem volume name:   <none>\nLast mounted on:          <not available>\nFilesystem created:       Sat Jan  1 00:00:00 2022\n\n");

        Assert.Equal(["", "", "Sat Jan  1 00:00:00 2022"], fields.Values);
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("ei", 0x80010u)]
    [InlineData("Sst", 0x8009u)]
    public void Attribute_letters_stand_for_bits_in_the_order_of_ASCII(string letters, uint bits)
    {
        Assert.Equal(bits, ExtAttributes.FromLetters(letters));
        Assert.Equal(letters, ExtAttributes.ToLetters(bits));
    }

    [Theory]
    [InlineData("ii")]
    [InlineData("?")]
    public void Wrong_attribute_letters_are_refused(string letters) =>
        Assert.Equal("EINVAL", Assert.Throws<DaemonException>(() => ExtAttributes.FromLetters(letters)).ErrnoName);

    [Fact]
    public void Geometry_of_xfs_is_read()
    {
        const string Text = """
            meta-data=/dev/sda               isize=512    agcount=4, agsize=25600 blks
                     =                       sectsz=512   attr=2, projid32bit=1
                     =                       crc=1        finobt=1, sparse=1, rmapbt=0
            data     =                       bsize=4096   blocks=102400, imaxpct=25
                     =                       sunit=0      swidth=0 blks
            naming   =version 2              bsize=4096   ascii-ci=0, ftype=1
            log      =internal log           bsize=4096   blocks=16384, version=2
                     =                       sectsz=512   sunit=0 blks, lazy-count=1
            realtime =none                   extsz=4096   blocks=0, rtextents=0
            """;

        var fields = XfsGeometry.Parse(Text);
        var info = XfsGeometry.ToStruct(fields, "/mnt");

        Assert.Equal(("/dev/sda", "25600", "512"), (fields["meta-data"], fields["meta-data.agsize"], fields["meta-data.sectsz"]));
        Assert.Equal(("/mnt", 4u, 102400ul, 2u), (info.XfsMntpoint, info.XfsAgcount, info.XfsDatablocks, info.XfsDirversion));
        Assert.Equal(("internal", 2u, 1u, "none"), (info.XfsLogname, info.XfsLogversion, info.XfsLazycount, info.XfsRtname));
    }
}
