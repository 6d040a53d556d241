using VirtTools;
using VirtTools.Commands;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Running;

const string Help = """
    virt-cat: print files of a virtual machine

    virt-cat [options] -a IMAGE [-a IMAGE...] FILE [FILE...]
    virt-cat [options] IMAGE FILE

    FILE is an absolute path inside the guest, or a Windows path such as C:\Windows\win.ini where the guest is Windows; several files are
    printed one after the other. The image is only read, whatever the guest left half-done on it.

      -a, --add IMAGE            disk image of the guest (all of them, if it has several)
          --format[=FORMAT]      format of the images behind this option; without FORMAT: find out
          --blocksize[=BYTES]    sector size of the images behind this option: 512 or 4096
      -m, --mount DEV[:DIR[:OPTIONS[:TYPE]]]
                                 mount DEV on DIR (/ if left out) instead of what the guest itself mounts
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

    Exit status: 0 if every file was printed, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-cat", Help, new CatOptions(), args, FileContent.PrintAsync);
