using VirtTools.Commands;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

const string Help = $"""
    virt-ls: list files of a virtual machine

    virt-ls [options] -a IMAGE [-a IMAGE...] DIRECTORY [DIRECTORY...]
    virt-ls [options] IMAGE [IMAGE...] DIRECTORY

    DIRECTORY is an absolute path inside the guest, or a Windows path such as C:\Windows where the guest is Windows; the lists of several
    directories follow each other. The image is only read.

      -l, --long                 as "ls -l" in the guest
      -R, --recursive            everything below, names only
      -lR                        everything below, one line a file: type, mode, size, path, where a link leads
      -0, --null                 end each name with a zero byte instead of a newline
          --json                 JSON (docs/json.md); with -l what is known of each file, with -R everything below

    With -lR:
          --checksum[=TYPE]      checksum of each regular file: crc, md5 (the default), sha1, sha224, sha256, sha384, sha512
          --csv                  comma-separated values
          --extra-stats          device, inode, links, device of a device file, blocks of 512 bytes
      -h, --human-readable       sizes such as 1.5M
          --times                times of last access, content change and status change
          --time-t, --time-relative, --time-days
                                 times as seconds since 1970, as seconds before now, as days before now
          --uids                 owner and group

    {SharedOptions.Images}
    {SharedOptions.Guests}
    {SharedOptions.Mounting}
    {SharedOptions.Keys}
    {SharedOptions.Common}

    Exit status: 0 if everything was listed, 1 if not, 130 after Ctrl-C, 143 after SIGTERM.

    """;

return await CommandProgram.RunAsync("virt-ls", Help, new ListOptions(), args, Listing.PrintAsync);
