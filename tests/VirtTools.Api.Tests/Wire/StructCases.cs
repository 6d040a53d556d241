using VirtTools.Wire;

namespace VirtTools.Api.Tests.Wire;

/// <summary>The generated codec of one struct behind a shape that tests can loop over.</summary>
internal sealed class StructCase(
    string name,
    StructCase.Reader read,
    StructCase.Reader readList,
    Action<XdrWriter, object> write,
    Func<object, IEnumerable<(string, object?)>> fields,
    Func<object, Func<string, string>, object> mapDevices)
{
    public delegate object Reader(ref XdrReader reader);

    public string Name => name;

    public Reader Reading => read;

    public Reader ReadingList => readList;

    public (object Value, int Left) Read(ReadOnlySpan<byte> message)
    {
        var reader = new XdrReader(message);
        var value = read(ref reader);
        return (value, reader.Remaining);
    }

    public object ReadList(ReadOnlySpan<byte> message)
    {
        var reader = new XdrReader(message);
        var value = readList(ref reader);
        reader.End();
        return value;
    }

    public void Write(XdrWriter writer, object value) => write(writer, value);

    public (string Name, object? Value)[] Fields(object value) => [.. fields(value)];

    public object MapDevices(object value, Func<string, string> map) => mapDevices(value, map);
}

/// <summary>Every struct of the wire.</summary>
internal static class StructCases
{
    public static StructCase[] All { get; } =
    [
        new(
            "application", (ref r) => StructCodecs.ReadApplication(ref r), (ref r) => StructCodecs.ReadApplicationList(ref r),
            (w, v) => StructCodecs.Write(w, (Application)v), v => StructCodecs.Fields((Application)v), (v, map) => StructCodecs.MapDevices((Application)v, map)),
        new(
            "application2", (ref r) => StructCodecs.ReadApplication2(ref r), (ref r) => StructCodecs.ReadApplication2List(ref r),
            (w, v) => StructCodecs.Write(w, (Application2)v), v => StructCodecs.Fields((Application2)v), (v, map) => StructCodecs.MapDevices((Application2)v, map)),
        new(
            "btrfsbalance", (ref r) => StructCodecs.ReadBtrfsBalance(ref r), (ref r) => StructCodecs.ReadBtrfsBalanceList(ref r),
            (w, v) => StructCodecs.Write(w, (BtrfsBalance)v), v => StructCodecs.Fields((BtrfsBalance)v), (v, map) => StructCodecs.MapDevices((BtrfsBalance)v, map)),
        new(
            "btrfsqgroup", (ref r) => StructCodecs.ReadBtrfsQgroup(ref r), (ref r) => StructCodecs.ReadBtrfsQgroupList(ref r),
            (w, v) => StructCodecs.Write(w, (BtrfsQgroup)v), v => StructCodecs.Fields((BtrfsQgroup)v), (v, map) => StructCodecs.MapDevices((BtrfsQgroup)v, map)),
        new(
            "btrfsscrub", (ref r) => StructCodecs.ReadBtrfsScrub(ref r), (ref r) => StructCodecs.ReadBtrfsScrubList(ref r),
            (w, v) => StructCodecs.Write(w, (BtrfsScrub)v), v => StructCodecs.Fields((BtrfsScrub)v), (v, map) => StructCodecs.MapDevices((BtrfsScrub)v, map)),
        new(
            "btrfssubvolume", (ref r) => StructCodecs.ReadBtrfsSubvolume(ref r), (ref r) => StructCodecs.ReadBtrfsSubvolumeList(ref r),
            (w, v) => StructCodecs.Write(w, (BtrfsSubvolume)v), v => StructCodecs.Fields((BtrfsSubvolume)v), (v, map) => StructCodecs.MapDevices((BtrfsSubvolume)v, map)),
        new(
            "dirent", (ref r) => StructCodecs.ReadDirent(ref r), (ref r) => StructCodecs.ReadDirentList(ref r),
            (w, v) => StructCodecs.Write(w, (Dirent)v), v => StructCodecs.Fields((Dirent)v), (v, map) => StructCodecs.MapDevices((Dirent)v, map)),
        new(
            "internal_mountable", (ref r) => StructCodecs.ReadInternalMountable(ref r), (ref r) => StructCodecs.ReadInternalMountableList(ref r),
            (w, v) => StructCodecs.Write(w, (InternalMountable)v), v => StructCodecs.Fields((InternalMountable)v), (v, map) => StructCodecs.MapDevices((InternalMountable)v, map)),
        new(
            "isoinfo", (ref r) => StructCodecs.ReadIsoInfo(ref r), (ref r) => StructCodecs.ReadIsoInfoList(ref r),
            (w, v) => StructCodecs.Write(w, (IsoInfo)v), v => StructCodecs.Fields((IsoInfo)v), (v, map) => StructCodecs.MapDevices((IsoInfo)v, map)),
        new(
            "lvm_lv", (ref r) => StructCodecs.ReadLvmLv(ref r), (ref r) => StructCodecs.ReadLvmLvList(ref r),
            (w, v) => StructCodecs.Write(w, (LvmLv)v), v => StructCodecs.Fields((LvmLv)v), (v, map) => StructCodecs.MapDevices((LvmLv)v, map)),
        new(
            "lvm_pv", (ref r) => StructCodecs.ReadLvmPv(ref r), (ref r) => StructCodecs.ReadLvmPvList(ref r),
            (w, v) => StructCodecs.Write(w, (LvmPv)v), v => StructCodecs.Fields((LvmPv)v), (v, map) => StructCodecs.MapDevices((LvmPv)v, map)),
        new(
            "lvm_vg", (ref r) => StructCodecs.ReadLvmVg(ref r), (ref r) => StructCodecs.ReadLvmVgList(ref r),
            (w, v) => StructCodecs.Write(w, (LvmVg)v), v => StructCodecs.Fields((LvmVg)v), (v, map) => StructCodecs.MapDevices((LvmVg)v, map)),
        new(
            "mdstat", (ref r) => StructCodecs.ReadMdStat(ref r), (ref r) => StructCodecs.ReadMdStatList(ref r),
            (w, v) => StructCodecs.Write(w, (MdStat)v), v => StructCodecs.Fields((MdStat)v), (v, map) => StructCodecs.MapDevices((MdStat)v, map)),
        new(
            "partition", (ref r) => StructCodecs.ReadPartition(ref r), (ref r) => StructCodecs.ReadPartitionList(ref r),
            (w, v) => StructCodecs.Write(w, (Partition)v), v => StructCodecs.Fields((Partition)v), (v, map) => StructCodecs.MapDevices((Partition)v, map)),
        new(
            "stat", (ref r) => StructCodecs.ReadStat(ref r), (ref r) => StructCodecs.ReadStatList(ref r),
            (w, v) => StructCodecs.Write(w, (Stat)v), v => StructCodecs.Fields((Stat)v), (v, map) => StructCodecs.MapDevices((Stat)v, map)),
        new(
            "statns", (ref r) => StructCodecs.ReadStatNs(ref r), (ref r) => StructCodecs.ReadStatNsList(ref r),
            (w, v) => StructCodecs.Write(w, (StatNs)v), v => StructCodecs.Fields((StatNs)v), (v, map) => StructCodecs.MapDevices((StatNs)v, map)),
        new(
            "statvfs", (ref r) => StructCodecs.ReadStatVfs(ref r), (ref r) => StructCodecs.ReadStatVfsList(ref r),
            (w, v) => StructCodecs.Write(w, (StatVfs)v), v => StructCodecs.Fields((StatVfs)v), (v, map) => StructCodecs.MapDevices((StatVfs)v, map)),
        new(
            "utsname", (ref r) => StructCodecs.ReadUtsName(ref r), (ref r) => StructCodecs.ReadUtsNameList(ref r),
            (w, v) => StructCodecs.Write(w, (UtsName)v), v => StructCodecs.Fields((UtsName)v), (v, map) => StructCodecs.MapDevices((UtsName)v, map)),
        new(
            "version", (ref r) => StructCodecs.ReadLibraryVersion(ref r), (ref r) => StructCodecs.ReadLibraryVersionList(ref r),
            (w, v) => StructCodecs.Write(w, (LibraryVersion)v), v => StructCodecs.Fields((LibraryVersion)v), (v, map) => StructCodecs.MapDevices((LibraryVersion)v, map)),
        new(
            "xattr", (ref r) => StructCodecs.ReadXattr(ref r), (ref r) => StructCodecs.ReadXattrList(ref r),
            (w, v) => StructCodecs.Write(w, (Xattr)v), v => StructCodecs.Fields((Xattr)v), (v, map) => StructCodecs.MapDevices((Xattr)v, map)),
        new(
            "xfsinfo", (ref r) => StructCodecs.ReadXfsInfo(ref r), (ref r) => StructCodecs.ReadXfsInfoList(ref r),
            (w, v) => StructCodecs.Write(w, (XfsInfo)v), v => StructCodecs.Fields((XfsInfo)v), (v, map) => StructCodecs.MapDevices((XfsInfo)v, map)),
    ];

    public static StructCase Find(string name) => All.Single(c => c.Name == name);
}
