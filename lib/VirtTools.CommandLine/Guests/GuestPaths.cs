namespace VirtTools.CommandLine.Guests;

/// <summary>
/// From the paths of a command line to paths of the mounted guest. In a guest that inspection found to be Windows, paths may have drive letters and
/// backslashes, and letters in either case; in every other guest, and with <c>-m</c>, a path is what it is.
/// </summary>
/// <remarks>One drive of a Windows guest is mounted at a time: another one is when a path asks for it.</remarks>
internal sealed class GuestPaths
{
    private const string WindowsType = "windows";

    private readonly GuestActions? _guest;
    private readonly MountedTree? _tree;
    private OrderedDictionary<string, string>? _drives;
    private bool? _isWindows;
    private string? _mounted;

    private GuestPaths()
    {
    }

    /// <param name="guest">A launched handle with the tree mounted.</param>
    /// <param name="tree">What has been mounted.</param>
    public GuestPaths(GuestActions guest, MountedTree tree)
    {
        _guest = guest;
        _tree = tree;
        _mounted = tree.Root;
    }

    /// <summary>Every path is what it is.</summary>
    public static GuestPaths Plain { get; } = new();

    /// <summary>The path in the mounted guest; its drive is mounted afterwards.</summary>
    /// <exception cref="GuestPathException">There is no such drive, or the path hangs on a current folder.</exception>
    /// <exception cref="GuestfsException">ENOENT: a folder on the way does not exist. Others: the drive cannot be mounted.</exception>
    public async ValueTask<string> ResolveAsync(string path, CancellationToken cancellationToken)
    {
        if (_guest is null || _tree?.Root is not { } root)
        {
            return path;
        }

        _isWindows ??= await _guest.InspectGetTypeAsync(root, cancellationToken).ConfigureAwait(false) == WindowsType;
        if (_isWindows == false)
        {
            return path;
        }

        var parsed = WindowsPath.Parse(path)
            ?? throw new GuestPathException($"not a full path: {path}; write it as C:\\FOLDER\\FILE or /FOLDER/FILE");
        var device = parsed.Letter is { } letter ? await DeviceOfAsync(_guest, root, letter, path, cancellationToken).ConfigureAwait(false) : root;
        await MountAsync(_guest, device, cancellationToken).ConfigureAwait(false);
        return await _guest.CaseSensitivePathAsync(parsed.Path, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string> DeviceOfAsync(GuestActions guest, string root, char letter, string path, CancellationToken cancellationToken)
    {
        _drives ??= await guest.InspectGetDriveMappingsAsync(root, cancellationToken).ConfigureAwait(false);
        foreach (var (name, device) in _drives)
        {
            if (name.Length == 1 && char.ToUpperInvariant(name[0]) == letter)
            {
                return device;
            }
        }

        throw new GuestPathException(_drives.Count == 0
            ? $"{path}: the guest's registry tells no drive letters; leave the letter out for the drive that Windows is on"
            : $"{path}: the guest has no drive {letter}:, only {string.Join(", ", _drives.Keys.Select(name => name.ToUpperInvariant() + ":"))}");
    }

    private async ValueTask MountAsync(GuestActions guest, string device, CancellationToken cancellationToken)
    {
        if (device == _mounted)
        {
            return;
        }

        _mounted = null;
        await guest.UmountAllAsync(cancellationToken).ConfigureAwait(false);
        await GuestTree.MountAsync(guest, device, "/", _tree!.Access, cancellationToken).ConfigureAwait(false);
        _mounted = device;
    }
}
