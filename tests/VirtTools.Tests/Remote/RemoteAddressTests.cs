using System.Text.Json;
using VirtTools.Images;
using VirtTools.Remote;

namespace VirtTools.Tests.Remote;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("host", "host", null)]
    [InlineData("tcp:host:80", "host", 80)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("::1", "::1", null)]
    [InlineData("[::1]", "::1", null)]
    public void Servers_are_read_as_the_original_reads_them(string text, string host, int? port) =>
        Assert.Equal(new RemoteServer(host, port), RemoteServer.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("host:0")]
    [InlineData("host:99999")]
    [InlineData("host/path")]
    [InlineData("user@host")]
    [InlineData("host,host2")]
    [InlineData("unix:")]
    public void What_is_no_server_is_refused(string text) => Assert.Null(RemoteServer.Parse(text));

    [Theory]
    [InlineData("nbd", "x", "", null, null, "exactly one server")]
    [InlineData("ssh", "x", "h", null, null, "absolute")]
    [InlineData("ssh", "/x", "h", "u", "secret", "ssh-agent")]
    [InlineData("https", "/x", "h", null, "secret", "needs a user")]
    [InlineData("https", "/x", "unix:/s", null, null, "only nbd")]
    [InlineData("iscsi", "iqn/x", "h", null, null, "TARGET/UNIT")]
    [InlineData("rbd", "image", "h", null, null, "POOL/IMAGE")]
    [InlineData("http", "/a\nb", "h", null, null, "control")]
    [InlineData("gopher", "/x", "h", null, null, "not supported")]
    public void What_makes_no_sense_is_refused_without_its_password(string protocol, string path, string server, string? user, string? secret, string says)
    {
        var refusal = Assert.Throws<ImageException>(() => RemoteAddress.Of(protocol, path, server.Length > 0 ? [server] : [], user, secret));

        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_names_neither_password_nor_query()
    {
        var address = RemoteAddress.Of("https", "/disk.img?signature=hunter2", ["h:8443"], "u", "hunter2");

        Assert.Equal("https://u@h:8443/disk.img", address.ToString());
        Assert.DoesNotContain("hunter2", RemoteFailure.Of(address, "the server said hunter2").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a b/ü?x=1&y=%2F z", "https://h/a%20b/%C3%BC?x=1&y=%2F%20z")]
    [InlineData("/a%20b#c", "https://h/a%2520b%23c")]
    public void Paths_are_escaped_once_and_queries_stay(string path, string url) =>
        Assert.Equal(url, RemoteNode.UrlOf(RemoteAddress.Of("https", path, ["h"], null, null)));

    [Fact]
    public void An_rbd_image_names_its_monitors_and_its_key_by_an_object()
    {
        var address = RemoteAddress.Of("rbd", "pool/image", ["mon1", "[fe80::1]:3300"], "admin", "a2V5");

        using var node = JsonDocument.Parse(RemoteNode.Of(address, readOnly: true));

        Assert.Equal(
            """{"driver":"rbd","node-name":"server","read-only":true,"auto-read-only":false,"pool":"pool","image":"image","user":"admin","key-secret":"secret","server":[{"host":"mon1","port":"6789"},{"host":"fe80::1","port":"3300"}]}""",
            node.RootElement.GetRawText());
        Assert.Equal("""{"qom-type":"secret","id":"secret","data":"a2V5","format":"base64"}""", RemoteNode.Secret(address));
    }

    [Fact]
    public void An_ssh_host_is_held_against_known_hosts() =>
        Assert.Contains("\"host-key-check\":{\"mode\":\"known_hosts\"}", RemoteNode.Of(RemoteAddress.Of("ssh", "/x", ["h"], null, null), readOnly: true), StringComparison.Ordinal);

    [Fact]
    public void Certificates_are_verified() =>
        Assert.Contains("\"sslverify\":true", RemoteNode.Of(RemoteAddress.Of("https", "/x", ["h"], null, null), readOnly: true), StringComparison.Ordinal);

    [Fact]
    public void An_iSCSI_target_has_its_unit_behind_the_last_slash()
    {
        var node = RemoteNode.Of(RemoteAddress.Of("iscsi", "iqn.2003-01.org.x:disk/3", ["h"], null, null), readOnly: true);

        Assert.Contains("\"portal\":\"h:3260\",\"target\":\"iqn.2003-01.org.x:disk\",\"lun\":3", node, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_server_refuses_says_what_to_do()
    {
        var ssh = RemoteAddress.Of("ssh", "/x", ["h:2222"], null, null);
        var https = RemoteAddress.Of("https", "/x", ["h"], null, null);

        Assert.Contains("ssh -p 2222 h", RemoteFailure.Of(ssh, "no host key was found in known_hosts").Message, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -R", RemoteFailure.Of(ssh, "host key does not match the one in known_hosts").Message, StringComparison.Ordinal);
        Assert.Contains("ssh-add", RemoteFailure.Of(ssh, "failed to authenticate using publickey").Message, StringComparison.Ordinal);
        Assert.Contains("update-ca-certificates", RemoteFailure.Of(https, "server certificate verification failed").Message, StringComparison.Ordinal);
        Assert.Contains("qemu-block-extra", RemoteFailure.Of(https, "Unknown driver 'https'").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", "The requested URL returned error: 401", "EACCES", "http://USER:PASSWORD@HOST")]
    [InlineData("ftps", "Access denied: 530", "EACCES", "ftps://USER:PASSWORD@HOST")]
    [InlineData("iscsi", "Failed to log in to target. Status: Authentication failure(513)", "EACCES", "iscsi://USER:PASSWORD@HOST")]
    [InlineData("http", "Failed to connect to h port 1: Connection refused", "ECONNREFUSED", "see that the server runs")]
    [InlineData("nbd", "Could not open image: Permission denied", "EACCES", "allow writing")]
    [InlineData("http", "Could not resolve host: h", "EIO", "check the name of the host")]
    [InlineData("http", "Connection timed out", "ETIMEDOUT", "can be reached from here")]
    [InlineData("http", "The requested URL returned error: 404", "ENOENT", "check the path")]
    [InlineData("http", "Server does not support 'range' (byte ranges).", "EIO", "parts of a file")]
    public void Each_refusal_has_its_errno_and_its_remedy(string protocol, string said, string errno, string remedy)
    {
        var failure = RemoteFailure.Of(RemoteAddress.Of(protocol, protocol == "iscsi" ? "t/1" : "/x", ["h"], null, null), said);

        Assert.Equal(errno, failure.ErrnoName);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Contains("; ", failure.Message[(failure.Message.IndexOf(said, StringComparison.Ordinal) + said.Length)..], StringComparison.Ordinal);
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drive_that_can_only_be_read_is_not_added_for_writing()
    {
        using var handle = new Guestfs();

        var refusal = Assert.Throws<GuestfsException>(() => handle.AddDrive("/x", new() { Protocol = "https", Server = ["h"] }));

        Assert.Equal("EROFS", refusal.ErrnoName);
        handle.AddDrive("/x", new() { Protocol = "https", Server = ["h"], ReadOnly = true });
        Assert.Equal(["path=https://h/x format=unknown readonly"], handle.DebugDrives());
    }
}
