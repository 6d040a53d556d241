using System.Runtime.InteropServices;
using VirtTools.Bench;

using var interrupted = new CancellationTokenSource();
var status = 0;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 130));
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 143));
try
{
    return await BenchCommand.RunAsync(args, interrupted.Token);
}
catch (OperationCanceledException)
{
    return status;
}

void Stop(PosixSignalContext context, int exitStatus)
{
    context.Cancel = true;
    status = exitStatus;
    interrupted.Cancel();
}
