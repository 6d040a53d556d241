namespace VirtTools.Declarations;

/// <summary>The daemon and the kernel that it runs on.</summary>
[Actions]
internal interface IApplianceActions
{
    /// <summary>Does nothing but travel to the daemon and back.</summary>
    [DaemonAction(92), Since(1, 0, 18)]
    void PingDaemon();

    /// <summary>Returns the words with blanks between.</summary>
    /// <param name="words">The words.</param>
    [DaemonAction(195), Since(1, 0, 69)]
    string EchoDaemon(IReadOnlyList<string> words);

    /// <summary>Writes everything that is not on the drives yet, and waits.</summary>
    [DaemonAction(2), Since(0, 0, 3)]
    void Sync();

    /// <summary>Unmounts everything and writes it out, before the handle is closed.</summary>
    [DaemonAction(282), Since(1, 9, 7), InternalAction]
    void InternalAutosync();

    /// <summary>The names of all feature groups that the daemon knows, whether the appliance has them or not.</summary>
    [DaemonAction(251), Since(1, 3, 15)]
    string[] AvailableAllGroups();

    /// <summary>Whether a feature group can be used.</summary>
    /// <param name="group">Name of the group.</param>
    /// <returns>0 yes, 1 no, 2 unknown name.</returns>
    [DaemonAction(458), Since(1, 31, 25), InternalAction]
    int InternalFeatureAvailable(string group);

    /// <summary>Takes a mountable apart.</summary>
    [DaemonAction(396), Since(1, 21, 11), InternalAction]
    InternalMountable InternalParseMountable([Mountable] string mountable);

    /// <summary>Makes the daemon end, for tests.</summary>
    [DaemonAction(414), Since(1, 23, 30), Cancellable, DebugAction]
    void InternalExit();

    /// <summary>Name and version of the appliance's kernel.</summary>
    [DaemonAction(342), Since(1, 19, 27)]
    UtsName Utsname();

    /// <summary>The kernel's messages.</summary>
    [DaemonAction(91), Since(1, 0, 18)]
    string Dmesg();

    /// <summary>Makes the kernel forget what it can read again.</summary>
    /// <param name="whatToDrop">1 for pages, 2 for directory entries and inodes, 3 for both.</param>
    [DaemonAction(90), Since(1, 0, 18)]
    void DropCaches(int whatToDrop);

    /// <summary>Loads a kernel module.</summary>
    /// <param name="moduleName">Name of the module.</param>
    /// <exception cref="GuestfsException">ENOENT: no such module.</exception>
    [DaemonAction(194), Since(1, 0, 68), FeatureGroup("linuxmodules")]
    void Modprobe(string moduleName);

    /// <summary>Waits.</summary>
    /// <param name="secs">Seconds.</param>
    [DaemonAction(109), Since(1, 0, 41)]
    void Sleep(int secs);
}
