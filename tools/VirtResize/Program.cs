using VirtTools.Commands;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

const string Help = $"""
    virt-resize: resize a virtual machine disk

    virt-resize [options] INDISK OUTDISK
    virt-resize [options] --expand /dev/sda2 [--LV-expand /dev/vg/lv] INDISK OUTDISK
    virt-resize [options] --size +10G --expand /dev/sda2 INDISK OUTDISK
    virt-resize [options] --in-place --size +10G IMAGE

    INDISK is copied into OUTDISK, which has another size, and its partitions and what they hold are resized. INDISK is not changed, and may
    be behind a server (nbd://, ssh://, https://). OUTDISK must be there in its new size, or --size makes it. The guest must be shut down.

          --align-first <auto|never|always>
                                 move the first partition to an aligned place (auto: where the boot loader can be mended)
          --alignment SECTORS    alignment of partitions (128)
          --blocksize BYTES      sector size of both disks: 512 or 4096
          --colors               accepted, without effect
      -d, --debug                messages for finding faults
          --delete PART          leave a partition out; those behind it get other numbers
      -n, --dry-run              print what would be done, and do nothing
          --expand PART          give a partition all the room that is left
          --format FORMAT        format of INDISK; without this option: find out
          --ignore PART          make a partition, but do not copy its content
          --in-place             let the last partition of IMAGE and what it holds grow, without a copy
          --json                 print plan and result as JSON
          --LV-expand LV         let a logical volume fill its volume group, as the last step
          --machine-readable[=FORMAT]
                                 messages as JSON and progress as numbers, to fd:N, file:PATH, stream:stdout or stream:stderr; alone: list
                                 what this program can do
          --no-copy-boot-loader  leave out what lies in front of the first partition
          --no-expand-content    resize partitions, but not what they hold
          --no-extra-partition   make no partition of the room that is left
          --no-sparse            write zeros too
          --ntfsresize-force     resize NTFS that is marked for a check
          --output-format FORMAT format of OUTDISK; without this option: find out
      -q, --quiet                print no messages
          --recover              finish a growth in place of IMAGE that was interrupted
          --resize PART=SIZE     give a partition a size: 10G, +1G, -200M, 90%, +10%, -10%
          --resize-force PART=SIZE
                                 the same, even where content is cut off
          --shrink PART          take what is missing from a partition
          --size SIZE            make OUTDISK: 20G, or +5G for more than INDISK has
          --unknown-filesystems <ignore|warn|error>
                                 what to do about file systems that cannot be expanded (warn)
          --wrap                 accepted, without effect

    {SharedOptions.Common}

    Exit status: 0 if OUTDISK is complete, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-resize", Help, new ResizeOptions(), args, DiskResize.RunAsync);
