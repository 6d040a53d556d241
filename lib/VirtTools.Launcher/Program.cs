using VirtTools.Launcher;
using VirtTools.Posix;

// Stands between the library and QEMU: takes privileges away, ties QEMU's life to that of the process that started it, and becomes
// QEMU by execve. The order matters and is explained at each step of Confinement. See docs/launch.md for the options.
const int CannotLaunch = 126;

try
{
    var orders = Orders.Parse(CommandLineBytes.Read(args.Length));
    Confinement.Apply(orders);
    throw new PosixException(Execution.Become(orders.Program), orders.Program[0]);
}
catch (Exception e) when (e is IOException or ArgumentException)
{
    using var complaint = Descriptors.Duplicate(new Microsoft.Win32.SafeHandles.SafeFileHandle(2, ownsHandle: false));
    Descriptors.WriteAll(complaint, ByteString.GetBytes($"virttools-launch: {e.Message}\n"));
    return CannotLaunch;
}
