using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Commands;

/// <summary>Several appliances at once.</summary>
public sealed class ManyGuestsTests
{
    private const int Count = 8;

    [Fact]
    public async Task Eight_appliances_at_once_each_see_their_own_drives()
    {
        var drives = GuestImages.ThirtyDrives.Get();

        var numbers = await Task.WhenAll(Enumerable.Range(0, Count).Select(ReadAsync));

        Assert.Equal(Enumerable.Range(0, Count).Select(number => $"{number + 1:000000}\n"), numbers);

        async Task<string> ReadAsync(int number)
        {
            await using var handle = Guests.Prepare();
            handle.AddDrive(drives[number].Path, new() { ReadOnly = true, Format = drives[number].Format });
            await handle.LaunchAsync();
            await handle.MountRoAsync("/dev/sda", "/");
            return await handle.CatAsync("/number");
        }
    }

    [Fact]
    public void Guests_are_printed_in_the_order_of_the_arguments_and_one_that_cannot_be_read_holds_up_no_other()
    {
        using var folder = new TestFolder();
        var images = Copies(folder, 4);
        images[1] = folder["torn.qcow2"];
        File.WriteAllBytes(images[1], [.. "QFI"u8, 0xfb, 0, 0, 0, 3, .. new byte[96]]);

        var ending = Published.Run("virt-df", folder.Path, ["--each", "--csv", "-P", "4", .. images]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Equal(["image0.img", "image2.img", "image3.img"], ending.Text.Split('\n')[1..^1].Select(line => line.Split(',')[0]));
        Assert.Contains("torn.qcow2", ending.Error, StringComparison.Ordinal);
    }

    [LimitedMemoryFact]
    public void A_gibibyte_of_memory_is_enough_for_many_guests_because_fewer_run_at_once()
    {
        using var limit = MemoryLimit.Create(1L << 30);
        using var folder = new TestFolder();
        var images = Copies(folder, 6);
        var start = Published.Prepare("virt-df", folder.Path, ["--each", "--csv", "-v", .. images]);
        string[] words = [.. limit.Words(start.FileName), .. start.ArgumentList];
        start.FileName = words[0];
        start.ArgumentList.Clear();
        foreach (var word in words[1..])
        {
            start.ArgumentList.Add(word);
        }

        var ending = Published.Finish(start);

        Assert.Equal(0, ending.ExitCode);
        Assert.Equal(6, ending.Text.Split('\n').Length - 2);
        Assert.Equal(0, limit.Killed);
        Assert.Matches("[123] guests at once", ending.Error);
        Assert.Matches("image0.img: the appliance takes [0-9]+ MiB of its own", ending.Error);
    }

    private static string[] Copies(TestFolder folder, int count)
    {
        var source = GuestImages.ThirtyDrives.Get()[0].Path;
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            var path = folder[$"image{number}.img"];
            File.Copy(source, path);
            return path;
        })];
    }
}
