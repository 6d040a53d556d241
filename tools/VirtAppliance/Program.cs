using VirtTools.Appliance;

var started = Environment.TickCount64;
if (args is not ["build", "--daemon", var daemon, "-o", var output])
{
    Console.Error.WriteLine("usage: virt-appliance build --daemon PATH -o DIR");
    return 1;
}

var work = $"{Path.GetTempPath()}/virttools-{Environment.UserName}";
new ApplianceBuilder(work).Build(new(daemon), output, new Printer(started), CancellationToken.None);
return 0;

internal sealed class Printer(long started) : IProgress<BuildProgress>
{
    private string last = "";

    public void Report(BuildProgress value)
    {
        if (value.Stage != last)
        {
            last = value.Stage;
            Console.Error.WriteLine($"{Environment.TickCount64 - started} ms: {value.Stage}");
        }
    }
}
