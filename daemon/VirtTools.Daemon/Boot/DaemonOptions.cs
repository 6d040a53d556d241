namespace VirtTools.Daemon.Boot;

/// <summary>Command line of the daemon where it runs as an ordinary process.</summary>
/// <param name="Channel">A path, or <c>fd:N</c> for a descriptor that was inherited.</param>
/// <param name="Listen">A local socket to make and wait on for one library.</param>
/// <param name="Root">The folder to take for the guest's root.</param>
/// <param name="Mailbox">A file of 64 MiB that the library shares, in place of the appliance's disk for bulk content.</param>
/// <param name="Verbose">Say on standard error what is called.</param>
internal sealed record DaemonOptions(string? Channel, string? Listen, string Root, string? Mailbox, bool Verbose)
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage =
        """
        usage: virttoolsd --channel PATH|fd:N [--root DIR] [--mailbox FILE] [-r] [-v]
               virttoolsd --listen SOCKET [--root DIR] [--mailbox FILE] [-r] [-v]
          -c, --channel   where the library is: a device, or an inherited descriptor
          -l, --listen    make a local socket and serve the first library that connects
              --root      the folder that is the guest's root (default: /sysroot)
              --mailbox   a file of 64 MiB through which content of files goes past the channel
          -r              the guest's root is this system's own
          -v, --verbose   say what is called
          -V, --version   print the version
        As process 1 the daemon boots the appliance and takes its options from the kernel's command line.
        """;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FatalException">An option is unknown or lacks its value.</exception>
    public static DaemonOptions Parse(ReadOnlySpan<string> arguments)
    {
        string? channel = null;
        string? listen = null;
        var root = Paths.GuestRoot.Sysroot;
        string? mailbox = null;
        var verbose = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "-c" or "--channel":
                    channel = Value(arguments, ref i);
                    break;
                case "-l" or "--listen":
                    listen = Value(arguments, ref i);
                    break;
                case "--root":
                    root = Value(arguments, ref i);
                    break;
                case "--mailbox":
                    mailbox = Value(arguments, ref i);
                    break;
                case "-r":
                    root = "/";
                    break;
                case "-v" or "--verbose":
                    verbose = true;
                    break;
                default:
                    throw new FatalException($"unknown option {arguments[i]} (try --help)");
            }
        }

        if ((channel is null) == (listen is null))
        {
            throw new FatalException("exactly one of --channel and --listen is needed (try --help)");
        }

        return new(channel, listen, root, mailbox, verbose);
    }

    private static string Value(ReadOnlySpan<string> arguments, ref int index) =>
        ++index < arguments.Length ? arguments[index] : throw new FatalException($"option {arguments[index - 1]} needs a value");
}
