using System.Text.Json;

namespace VirtTools.GuestTests.Conformance;

/// <summary>
/// The handle that all cases share, with the drives that they expect: /dev/sda and /dev/sdb of 2 GiB, /dev/sdc of 10 MiB, /dev/sdd the CD; /dev/sdb1
/// holds an ext2. When a case ends the appliance, the next one gets a new one.
/// </summary>
public sealed class ConformanceGuest : IDisposable
{
    private const long BigDrive = 2L << 30;
    private const long SmallDrive = 10L << 20;

    private const int QuietAttempts = 60;

    private static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly ConformanceData _data = new();
    private Guestfs? _handle;
    private Exception? _unusable;

    /// <summary>Brings the disks into the state that the case starts from, then makes its calls and checks what the last one gives.</summary>
    internal void Run(ConformanceCase conformance)
    {
        var handle = Handle();
        var run = Task.Run(() => Run(conformance, handle));
        if (!((IAsyncResult)run).AsyncWaitHandle.WaitOne(Deadline))
        {
            // The call may never return; the next case gets a new appliance.
            _handle = null;
            Assert.Fail($"no result after {Deadline.TotalMinutes} minutes");
        }

        run.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle?.Dispose();
        _data.Dispose();
    }

    private void Run(ConformanceCase conformance, Guestfs handle)
    {
        try
        {
            WaitForQuiet(handle);
            foreach (var line in conformance.Text.Init)
                CallLine(handle, line);
            Check(conformance, handle);
        }
        finally
        {
            foreach (var call in conformance.Cleanup ?? [])
                CleanUp(handle, call);
        }
    }

    private void Check(ConformanceCase conformance, Guestfs handle)
    {
        foreach (var command in conformance.Commands.SkipLast(1))
            Call(handle, command);
        var last = conformance.Commands[^1];
        switch (conformance.Kind)
        {
            case "TestLastFail":
                var failure = Assert.Throws<GuestfsException>(() => Call(handle, last));
                Assert.NotEqual("ENOTSUP", failure.ErrnoName);
                Assert.True(handle.IsReady(), "the appliance must outlive a call that fails");
                break;
            case "TestRunOrUnsupported":
                if (Record.Exception(() => Call(handle, last)) is { } unsupported)
                    Assert.Equal("ENOTSUP", Assert.IsType<GuestfsException>(unsupported).ErrnoName);
                break;
            default:
                Expectation.Hold(ExpectedOf(conformance), Call(handle, last));
                break;
        }
    }

    private static JsonElement ExpectedOf(ConformanceCase conformance) => AdaptedCases.All.TryGetValue(conformance.Id, out var adapted)
        ? JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["check"] = "streq", ["value"] = adapted.Expected })
        : conformance.Check!.Value;

    private object? Call(Guestfs handle, ConformanceCommand command) =>
        ActionInvoker.Invoke(handle, command.Name, new GivenArguments(
            [.. command.Required.Select(Value)], command.Optional.ToDictionary(argument => argument.Name, argument => argument.Value)));

    /// <summary>An argument; the name of a file of the host becomes the path of ours.</summary>
    private JsonElement Value(ConformanceArgument argument)
    {
        var isHostFile = argument.Role is "FileIn" or "FileOut"
            || (argument.Value.ValueKind == JsonValueKind.String && argument.Value.GetString()!.StartsWith("../test-data/", StringComparison.Ordinal));
        return isHostFile ? JsonSerializer.SerializeToElement(_data.HostFile(argument.Value.GetString()!)) : argument.Value;
    }

    /// <summary>A case that starts a scrub returns before it ends, and the file system is busy until then.</summary>
    private static void WaitForQuiet(Guestfs handle)
    {
        for (var attempt = 0; attempt < QuietAttempts; attempt++)
        {
            try
            {
                handle.UmountAll();
                return;
            }
            catch (GuestfsException e) when (e.ErrnoName == "EBUSY")
            {
                Thread.Sleep(QuietPause);
            }
        }
    }

    private static void CallLine(Guestfs handle, string line)
    {
        var words = line.Split(' ');
        ActionInvoker.Invoke(handle, words[0].Replace('-', '_'), GivenArguments.OfWords(words[1..]));
    }

    private static void CleanUp(Guestfs handle, IReadOnlyList<string> call)
    {
        try
        {
            ActionInvoker.Invoke(handle, call[0], GivenArguments.OfWords(call.Skip(1)));
        }
        catch (GuestfsException)
        {
            // There is nothing to clean up after a case that failed early.
        }
    }

    private Guestfs Handle()
    {
        if (_handle is { } running && running.IsReady())
            return running;
        if (_unusable is not null)
            throw new InvalidOperationException("the drives could not be prepared for an earlier case", _unusable);
        _handle?.Dispose();
        _handle = null;
        return _handle = Launch();
    }

    private Guestfs Launch()
    {
        var handle = Guests.Prepare();
        try
        {
            handle.AddDriveScratch(BigDrive);
            handle.AddDriveScratch(BigDrive);
            handle.AddDriveScratch(SmallDrive);
            handle.AddDrive(_data.CompactDisc, new() { ReadOnly = true, Format = "raw" });
            handle.Launch();
            handle.PartDisk("/dev/sdb", "mbr");
            handle.Mkfs("ext2", "/dev/sdb1");
        }
        catch (Exception e)
        {
            _unusable = e;
            handle.Dispose();
            throw;
        }

        return handle;
    }
}
