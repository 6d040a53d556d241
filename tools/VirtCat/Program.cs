using VirtTools;
using VirtTools.Commands;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

const string Help = $"""
    virt-cat: print files of a virtual machine

    virt-cat [options] -a IMAGE [-a IMAGE...] FILE [FILE...]
    virt-cat [options] IMAGE FILE

    FILE is an absolute path inside the guest, or a Windows path such as C:\Windows\win.ini where the guest is Windows; several files are
    printed one after the other. The image is only read, whatever the guest left half-done on it.

    {SharedOptions.Images}
    {SharedOptions.Guests}
    {SharedOptions.Mounting}
    {SharedOptions.Keys}
    {SharedOptions.Common}

    Exit status: 0 if every file was printed, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-cat", Help, new CatOptions(), args, FileContent.PrintAsync);
