using VirtTools.Commands;
using VirtTools.CommandLine.Running;

const string Help = """
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

      -a, --add IMAGE            disk image of the guest (all of them, if it has several)
          --format[=FORMAT]      format of the images behind this option; without FORMAT: find out
          --blocksize[=BYTES]    sector size of the images behind this option: 512 or 4096
          --key SELECTOR         key of an encrypted disk: ID:key:PASSPHRASE, ID:file:NAME or ID:base64:TEXT, where ID is a device, a
                                 UUID, a logical volume or 'all'
          --keys-from-stdin      read keys from standard input, one a line
          --echo-keys            show keys as they are typed
      -d, --domain GUEST         libvirt guest, by name or UUID, with all its disks
      -c, --connect URI          libvirt to ask for guests, such as qemu:///system
          --raw                  on a terminal: print control bytes as they are
          --timeout SECONDS      give up after that time
      -v, --verbose              messages for finding faults
      -x                         trace of the calls
      -V, --version              versions of library, appliance and QEMU
          --help                 this text

    Exit status: 0 if everything was told (that there is no operating system too), 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-inspector", Help, new InspectorOptions(), args, GuestInspection.PrintAsync);
