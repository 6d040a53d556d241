using System.Runtime.InteropServices;
using VirtTools.Appliance.Command;

using var interrupted = new CancellationTokenSource();
var status = 0;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 130));
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, 129));
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 143));
var result = new ApplianceCommand(Console.Out, Console.Error).Run(args, interrupted.Token);
return status != 0 ? status : result;

void Stop(PosixSignalContext context, int exitStatus)
{
    context.Cancel = true;
    status = exitStatus;
    interrupted.Cancel();
}
