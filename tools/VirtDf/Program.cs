using VirtTools.Commands;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

const string Help = $"""
    virt-df: show the free space of a virtual machine's file systems

    virt-df [options] -a IMAGE [-a IMAGE...]
    virt-df [options] -d GUEST
    virt-df [options] [IMAGE|GUEST...]
    virt-df [options] --watch INTERVAL --output FILE [--images FOLDER]

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
          --images FOLDER        every image of the folder is a guest of its own, by the end of its name (.qcow2, .img, .raw, ...)
          --watch INTERVAL       go on until stopped: look again after INTERVAL (90s, 5m, 1h), read what has changed, write the metrics
                                 to the file of --output
      -P NUMBER                  examine at most NUMBER guests at once; 0: find out
          --uuid                 of all libvirt guests: show their UUIDs instead of their names
          --one-per-guest        accepted; every guest has an appliance of its own anyway

    {SharedOptions.Images}
    {SharedOptions.Guests}
    {SharedOptions.Keys}
    {SharedOptions.Common}

    A file system that cannot be read is named on standard error, with the reason; the others are still shown.

    Exit status: 0 if everything was read, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-df", Help, new UsageOptions(), args, UsageReport.PrintAsync);
