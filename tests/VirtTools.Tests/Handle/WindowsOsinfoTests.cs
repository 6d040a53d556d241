using VirtTools.Inspection;

namespace VirtTools.Tests.Handle;

public sealed class WindowsOsinfoTests
{
    [Theory]
    [InlineData("Microsoft Windows XP", "unknown", 5, 1, "2600", "winxp")]
    [InlineData("Microsoft Windows XP Professional x64 Edition", "unknown", 5, 2, "3790", "winxp")]
    [InlineData("Microsoft Windows Server 2003 R2", "unknown", 5, 2, "3790", "win2k3r2")]
    [InlineData("Microsoft Windows Server 2003", "unknown", 5, 2, "3790", "win2k3")]
    [InlineData("Windows Vista (TM) Business", "Client", 6, 0, "6002", "winvista")]
    [InlineData("Windows Server 2008 R2 Standard", "Server", 6, 1, "7601", "win2k8r2")]
    [InlineData("Windows 7 Professional", "Client", 6, 1, "7601", "win7")]
    [InlineData("Windows Server 2012 Datacenter", "Server Core", 6, 2, "9200", "win2k12")]
    [InlineData("Windows 8.1 Pro", "Client", 6, 3, "9600", "win8.1")]
    [InlineData("Windows 10 Pro", "Client", 10, 0, "19045", "win10")]
    [InlineData("Windows 10 Pro", "Client", 10, 0, "22000", "win11")]
    [InlineData("Windows 10 Pro", "Client", 10, 0, "unknown", "win10")]
    [InlineData("Windows Server 2016 Standard", "Server", 10, 0, "14393", "win2k16")]
    [InlineData("Windows Server 2019 Standard", "Server", 10, 0, "17763", "win2k19")]
    [InlineData("Windows Server 2022 Standard", "Server Core", 10, 0, "20348", "win2k22")]
    [InlineData("Windows Server 2025 Standard", "Server", 10, 0, "26100", "win2k25")]
    [InlineData("Windows 12", "Client", 12, 0, "30000", "unknown")]
    public void Version_has_the_short_name_of_the_database(string product, string variant, int major, int minor, string build, string id) =>
        Assert.Equal(id, WindowsOsinfo.IdOf(product, variant, major, minor, build));
}
