using VirtTools.Commands;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

const string Help = $"""
    virt-edit: edit files of a virtual machine

    virt-edit [options] -a IMAGE [-a IMAGE...] FILE [FILE...]
    virt-edit [options] IMAGE FILE
    virt-edit [options] -a IMAGE FILE -e 'PERL EXPRESSION'
    virt-edit [options] -a IMAGE FILE --replace 's/PATTERN/REPLACEMENT/'

    FILE is an absolute path inside the guest, or a Windows path such as C:\boot.ini where the guest is Windows. Without -e and --replace each
    file is opened in the program that EDITOR names (vi if it names none). The guest must be shut down: an image that is in use is refused.
    A file is replaced in one step, with its owner, mode and attributes, or not at all.

      -b, --backup EXTENSION     keep the file as it was under its name with EXTENSION behind it
      -e, --edit, --expr EXPR    evaluate EXPR by the host's perl for each line, which is $_
          --replace s/X/Y/FLAGS  replace in each line by a regular expression of .NET (non-backtracking); FLAGS: g, i; may be given
                                 several times

    {SharedOptions.Images}
    {SharedOptions.Guests}
    {SharedOptions.Mounting}
    {SharedOptions.Keys}
    {SharedOptions.Common}

    Exit status: 0 if every file was edited or needed no change, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-edit", Help, new EditOptions(), args, FileEdit.RunAsync);
