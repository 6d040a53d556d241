using VirtTools.Wire;

namespace VirtTools.Dispatch;

/// <summary>
/// One call as the generated dispatch sees it. The daemon decides what the checks mean; a check that fails throws
/// <see cref="DaemonException"/> and becomes an error reply.
/// </summary>
internal abstract class DaemonRequest
{
    /// <summary>The content of the call's FileIn argument.</summary>
    public abstract IncomingFile Incoming { get; }

    /// <summary>Where the content of the call's FileOut argument goes.</summary>
    public abstract OutgoingFile Outgoing { get; }

    /// <summary>Checks feature group and optional-argument bits, and gives a reader over the arguments.</summary>
    public abstract XdrReader Start(ActionDescriptor action);

    /// <summary>Whether the optional argument with that number was given.</summary>
    public abstract bool IsSet(int bit);

    /// <summary>Refuses a path that is not absolute.</summary>
    public abstract string Pathname(string value, string name);

    /// <summary>The kernel's name for a device named as the API names it.</summary>
    public abstract string Device(string value, string name);

    /// <summary>The same for a device or btrfs subvolume.</summary>
    public abstract string Mountable(string value, string name);

    /// <summary>A device when it starts with <c>/dev/</c>, else a path.</summary>
    public abstract string DeviceOrPath(string value, string name);

    /// <summary>A mountable, else a path.</summary>
    public abstract string MountableOrPath(string value, string name);

    /// <summary>Refuses a name with a slash.</summary>
    public abstract string Filename(string value, string name);

    /// <summary>Refuses the call when no file system is mounted on the guest's root.</summary>
    public abstract void RequireRoot();

    /// <summary>The API's name for a device as the kernel names it.</summary>
    public abstract string ReverseDevice(string value);

    /// <summary>The same for a device or btrfs subvolume.</summary>
    public abstract string ReverseMountable(string value);

    /// <summary>Starts a reply with a result.</summary>
    public abstract XdrWriter BeginReply();

    /// <summary>Sends the reply started by <see cref="BeginReply"/>.</summary>
    public abstract void EndReply();

    /// <summary>Sends a reply without a result; after a FileOut transfer, ends that transfer.</summary>
    public abstract void ReplyOk();

    public void Pathnames(string[] values, string name) => MapAll(values, name, Pathname);

    public void Devices(string[] values, string name) => MapAll(values, name, Device);

    public void Filenames(string[] values, string name) => MapAll(values, name, Filename);

    private static void MapAll(string[] values, string name, Func<string, string, string> map)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = map(values[i], name);
        }
    }
}
