using VirtTools.Commands;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

const string Help = $"""
    virt-inspector: tell what operating systems are in a virtual machine

    virt-inspector [options] -a IMAGE [-a IMAGE...]
    virt-inspector [options] IMAGE [IMAGE...]
    virt-inspector --xpath QUERY <FILE

    Prints operating system, version, architecture, host name, file systems, drive letters, installed applications and icon: as a short
    table on a terminal, as XML into a file or pipe. The image is only read.

          --xml                  XML on a terminal too
          --json                 JSON (docs/json.md)
          --no-applications      without the installed applications
          --no-icon              without the icon
          --xpath QUERY          read XML from standard input, print what the XPath query selects; looks at no image

    {SharedOptions.Images}
    {SharedOptions.Guests}
    {SharedOptions.Keys}
    {SharedOptions.Common}

    Exit status: 0 if everything was told (that there is no operating system too), 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-inspector", Help, new InspectorOptions(), args, GuestInspection.PrintAsync);
