using VirtTools.Commands;
using VirtTools.CommandLine.Running;

const string Help = """
    virt-edit: edit files of a virtual machine

    virt-edit [options] -a IMAGE [-a IMAGE...] FILE [FILE...]
    virt-edit [options] IMAGE FILE
    virt-edit [options] -a IMAGE FILE -e 'PERL EXPRESSION'
    virt-edit [options] -a IMAGE FILE --replace 's/PATTERN/REPLACEMENT/'

    FILE is an absolute path inside the guest, or a Windows path such as C:\boot.ini where the guest is Windows. Without -e and --replace each
    file is opened in the program that EDITOR names (vi if it names none). The guest must be shut down: an image that is in use is refused.
    A file is replaced in one step, with its owner, mode and attributes, or not at all.

      -a, --add IMAGE            disk image of the guest (all of them, if it has several)
          --format[=FORMAT]      format of the images behind this option; without FORMAT: find out
          --blocksize[=BYTES]    sector size of the images behind this option: 512 or 4096
      -b, --backup EXTENSION     keep the file as it was under its name with EXTENSION behind it
      -e, --edit, --expr EXPR    evaluate EXPR by the host's perl for each line, which is $_
          --replace s/X/Y/FLAGS  replace in each line by a regular expression of .NET (non-backtracking); FLAGS: g, i; may be given
                                 several times
      -m, --mount DEV[:DIR[:OPTIONS[:TYPE]]]
                                 mount DEV on DIR (/ if left out) instead of what the guest itself mounts
          --key SELECTOR         key of an encrypted disk: ID:key:PASSPHRASE, ID:file:NAME or ID:base64:TEXT, where ID is a device, a
                                 UUID, a logical volume or 'all'
          --keys-from-stdin      read keys from standard input, one a line
          --echo-keys            show keys as they are typed
      -d, --domain GUEST         libvirt guest, by name or UUID, with all its disks (it must be shut down)
      -c, --connect URI          libvirt to ask for guests, such as qemu:///system
          --raw                  on a terminal: print control bytes as they are
          --timeout SECONDS      give up after that time
      -v, --verbose              messages for finding faults
      -x                         trace of the calls
      -V, --version              versions of library, appliance and QEMU
          --help                 this text

    Exit status: 0 if every file was edited or needed no change, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-edit", Help, new EditOptions(), args, FileEdit.RunAsync);
