namespace VirtTools.CommandLine.Options;

/// <summary>What help texts say of the options that several commands have: written once, put into the text of each.</summary>
internal static class SharedOptions
{
    /// <summary>Which images.</summary>
    public const string Images = """
          -a, --add IMAGE            disk image of the guest (all of them, if it has several)
              --format[=FORMAT]      format of the images behind this option; without FORMAT: find out
              --blocksize[=BYTES]    sector size of the images behind this option: 512 or 4096
        """;

    /// <summary>Which libvirt guests.</summary>
    public const string Guests = """
          -d, --domain GUEST         libvirt guest, by name or UUID, with all its disks
          -c, --connect URI          libvirt to ask for guests, such as qemu:///system
        """;

    /// <summary>What is mounted where.</summary>
    public const string Mounting = """
          -m, --mount DEV[:DIR[:OPTIONS[:TYPE]]]
                                     mount DEV on DIR (/ if left out) instead of what the guest itself mounts
        """;

    /// <summary>Keys of encrypted disks.</summary>
    public const string Keys = """
              --key SELECTOR         key of an encrypted disk: ID:key:PASSPHRASE, ID:file:NAME or ID:base64:TEXT, where ID is a device, a
                                     UUID, a logical volume or 'all'
              --keys-from-stdin      read keys from standard input, one a line
              --echo-keys            show keys as they are typed
        """;

    /// <summary>What every command has.</summary>
    public const string Common = """
              --raw                  on a terminal: print control bytes as they are
              --timeout SECONDS      give a guest up after that time
          -v, --verbose              messages for finding faults
          -x                         trace of the calls
          -V, --version              versions of library, appliance and QEMU
              --help                 this text
        """;
}
