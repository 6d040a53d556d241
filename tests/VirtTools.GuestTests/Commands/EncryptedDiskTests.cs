namespace VirtTools.GuestTests.Commands;

/// <summary>Encrypted disks in the published commands.</summary>
public sealed class EncryptedDiskTests(EncryptedGuest encrypted) : IClassFixture<EncryptedGuest>
{
    private static string FirstSelector => $"/dev/sda1:key:{EncryptedGuest.FirstKey}";

    private string SecondSelector => $"{EncryptedGuest.SecondUuid}:file:{encrypted.KeyFile}";

    [Fact]
    public void A_root_in_a_volume_in_LUKS2_is_found_and_what_its_fstab_names_by_UUID_is_mounted()
    {
        var ending = Run("virt-cat", "--key", SecondSelector, "--key", FirstSelector, "/etc/hostname", "/first/secret");

        Assert.Equal("locked\nof the first\n", ending.Text);
        Assert.Equal(0, ending.ExitCode);
    }

    [Fact]
    public void LUKS_in_a_volume_is_opened_by_the_name_of_the_volume_and_base64()
    {
        var key = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(EncryptedGuest.InnerKey));

        var ending = Run("virt-cat", "--key", $"inner:base64:{key}", "-m", "/dev/outer/inner", "/secret");

        Assert.Equal((0, "of the inner\n"), (ending.ExitCode, ending.Text));
    }

    [Fact]
    public void Keys_from_standard_input_open_what_they_fit_in_any_order_and_virt_df_shows_what_is_inside()
    {
        var start = Published.Prepare("virt-df", encrypted.Folder, "--csv", "--format=raw", "-a", encrypted.Image, "--keys-from-stdin", "--key", SecondSelector);
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Write($"{EncryptedGuest.InnerKey}\n{EncryptedGuest.FirstKey}\n");
        process.StandardInput.Close();

        var ending = Published.Finish(process);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(
            new[] { $"/dev/mapper/luks-{EncryptedGuest.FirstUuid}", $"/dev/mapper/luks-{EncryptedGuest.InnerUuid}", "/dev/system/root" },
            ending.Text.Split('\n')[1..^1].Select(line => line.Split(',')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_a_key_virt_df_goes_on_and_says_which_device_wants_one()
    {
        var ending = Run("virt-df", "--key", FirstSelector);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains($"/dev/mapper/luks-{EncryptedGuest.FirstUuid}", ending.Text);
        Assert.Contains("/dev/sda2: is encrypted (LUKS2): give --key /dev/sda2:key:", ending.Error);
        Assert.Contains("/dev/outer/inner: is encrypted (LUKS1): give --key", ending.Error);
    }

    [Fact]
    public void A_wrong_key_is_a_sentence_and_no_key_is_in_what_v_and_x_show()
    {
        var ending = Run("virt-cat", "-v", "-x", "--key", "/dev/sda2:key:tr0ub4dor", "--key", FirstSelector, "/etc/hostname");

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("/dev/sda2 is encrypted (LUKS2), and no key given opens it: --key /dev/sda2:key:...", ending.Error);
        Assert.Contains("cryptsetup_open", ending.Error);
        Assert.DoesNotContain("tr0ub4dor", ending.Error);
        Assert.DoesNotContain(EncryptedGuest.FirstKey, ending.Error);
    }

    [Fact]
    public void A_file_of_an_encrypted_root_is_edited()
    {
        var ending = Run("virt-edit", "--key", SecondSelector, "--key", FirstSelector, "-b", ".orig", "-e", "s/before/after/", "/first/changing");
        var after = Run("virt-cat", "--key", FirstSelector, "-m", $"/dev/mapper/luks-{EncryptedGuest.FirstUuid}", "/changing", "/changing.orig");

        Assert.Equal(0, ending.ExitCode);
        Assert.Equal("after\nbefore\n", after.Text);
    }

    private Ending Run(string command, params string[] words) =>
        Published.Run(command, encrypted.Folder, ["--format=raw", "-a", encrypted.Image, .. words]);
}
