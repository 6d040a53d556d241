using VirtTools.Commands;
using VirtTools.CommandLine.Running;

const string Help = """
    virt-df: show the free space of a virtual machine's file systems

    virt-df [options] -a IMAGE [-a IMAGE...]
    virt-df [options] -d GUEST
    virt-df [options] [IMAGE|GUEST...]

    Several images are the disks of one guest, unless --each says otherwise. Without an image or guest, all guests that libvirt knows are
    examined. The images are only read.

      -h, --human-readable       sizes such as 1.5M
      -i, --inodes               inodes instead of space
          --csv                  comma-separated values
          --json                 one JSON document (docs/json.md)
          --json-lines           one JSON object a line
          --prometheus           metrics, as node_exporter's textfile collector reads them
          --output FILE          write the result to FILE, which is replaced in one step
          --each                 every image, and every guest of -d, by itself
      -P NUMBER                  examine at most NUMBER guests at once; 0: find out
          --uuid                 of all libvirt guests: show their UUIDs instead of their names
          --one-per-guest        accepted; every guest has an appliance of its own anyway

      -a, --add IMAGE            disk image
          --format[=FORMAT]      format of the images behind this option; without FORMAT: find out
          --blocksize[=BYTES]    sector size of the images behind this option: 512 or 4096
          --key SELECTOR         key of an encrypted disk: ID:key:PASSPHRASE, ID:file:NAME or ID:base64:TEXT, where ID is a device, a
                                 UUID, a logical volume or 'all'
          --keys-from-stdin      read keys from standard input, one a line
          --echo-keys            show keys as they are typed
      -d, --domain GUEST         libvirt guest, by name or UUID, with all its disks
      -c, --connect URI          libvirt to ask for guests, such as qemu:///system
          --raw                  on a terminal: print control bytes as they are
          --timeout SECONDS      give a guest up after that time
      -v, --verbose              messages for finding faults
      -x                         trace of the calls
      -V, --version              versions of library, appliance and QEMU
          --help                 this text

    A file system that cannot be read is named on standard error, with the reason; the others are still shown.

    Exit status: 0 if everything was read, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-df", Help, new UsageOptions(), args, UsageReport.PrintAsync);
