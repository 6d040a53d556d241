namespace VirtTools.Declarations;

/// <summary>Settings of a handle. Those marked so can only be changed before launch.</summary>
[Actions]
internal interface IHandleSettingsActions
{
    /// <summary>Whether the drives are unmounted and written out when the handle ends; on at first.</summary>
    /// <param name="autosync">False to leave that to the caller.</param>
    [LibraryAction, Since(0, 0, 3), ShellAlias("autosync")]
    void SetAutosync(bool autosync);

    /// <summary>Whether the drives are unmounted and written out when the handle ends.</summary>
    [LibraryAction, Since(0, 0, 3)]
    bool GetAutosync();

    /// <summary>Whether the library and the appliance say what they do, on standard error.</summary>
    /// <param name="verbose">True to say it.</param>
    [LibraryAction, Since(0, 0, 3), ShellAlias("verbose")]
    void SetVerbose(bool verbose);

    /// <summary>Whether the library and the appliance say what they do.</summary>
    [LibraryAction, Since(0, 0, 3)]
    bool GetVerbose();

    /// <summary>Whether each call is written to standard error, or to trace events.</summary>
    /// <param name="trace">True to write it.</param>
    [LibraryAction, Since(1, 0, 69), ShellAlias("trace")]
    void SetTrace(bool trace);

    /// <summary>Whether each call is written.</summary>
    [LibraryAction, Since(1, 0, 69)]
    bool GetTrace();

    /// <summary>Where to look for an appliance.</summary>
    /// <param name="searchPath">Folders with colons between; null for the default.</param>
    [LibraryAction, Since(0, 0, 3), ConfigOnly, ShellAlias("path")]
    void SetPath(string? searchPath);

    /// <summary>Where an appliance is looked for: folders with colons between.</summary>
    [LibraryAction, Since(0, 0, 3)]
    string GetPath();

    /// <summary>The QEMU to run.</summary>
    /// <param name="hv">Path of the program, or of a wrapper of it.</param>
    [LibraryAction, Since(1, 23, 17), ConfigOnly, ShellAlias("hv")]
    void SetHv(string hv);

    /// <summary>The QEMU to run.</summary>
    [LibraryAction, Since(1, 23, 17)]
    string GetHv();

    /// <summary>The QEMU to run.</summary>
    /// <param name="hv">Path of the program; null for the default.</param>
    [LibraryAction, Since(1, 0, 6), DeprecatedBy("set_hv"), ConfigOnly, ShellAlias("qemu")]
    void SetQemu(string? hv);

    /// <summary>The QEMU to run.</summary>
    [LibraryAction, Since(1, 0, 6), DeprecatedBy("get_hv")]
    string GetQemu();

    /// <summary>What to add to the kernel's command line.</summary>
    /// <param name="append">Options with blanks between; null for none.</param>
    [LibraryAction, Since(1, 0, 26), ConfigOnly, ShellAlias("append")]
    void SetAppend(string? append);

    /// <summary>What is added to the kernel's command line; null for nothing.</summary>
    [LibraryAction, Since(1, 0, 26)]
    string? GetAppend();

    /// <summary>Memory of the appliance.</summary>
    /// <param name="memSize">MiB; at least 256.</param>
    /// <exception cref="GuestfsException">EINVAL: too little.</exception>
    [LibraryAction, Since(1, 0, 55), ConfigOnly, ShellAlias("memsize")]
    void SetMemsize(int memSize);

    /// <summary>Memory of the appliance in MiB.</summary>
    [LibraryAction, Since(1, 0, 55)]
    int GetMemsize();

    /// <summary>Processors of the appliance.</summary>
    /// <param name="smp">1 to 255.</param>
    /// <exception cref="GuestfsException">EINVAL: out of range.</exception>
    [LibraryAction, Since(1, 13, 15), ConfigOnly, ShellAlias("smp")]
    void SetSmp(int smp);

    /// <summary>Processors of the appliance.</summary>
    [LibraryAction, Since(1, 13, 15)]
    int GetSmp();

    /// <summary>Whether the appliance reaches the host's network; off at first.</summary>
    /// <param name="network">True to reach it.</param>
    [LibraryAction, Since(1, 5, 4), ConfigOnly, ShellAlias("network")]
    void SetNetwork(bool network);

    /// <summary>Whether the appliance reaches the host's network.</summary>
    [LibraryAction, Since(1, 5, 4)]
    bool GetNetwork();

    /// <summary>Folder of the host for temporary files.</summary>
    /// <param name="tmpDir">The folder; null for the default.</param>
    [LibraryAction, Since(1, 19, 58), ConfigOnly, ShellAlias("tmpdir")]
    void SetTmpdir(string? tmpDir);

    /// <summary>Folder of the host for temporary files.</summary>
    [LibraryAction, Since(1, 19, 58)]
    string GetTmpdir();

    /// <summary>Folder of the host for the cached appliance.</summary>
    /// <param name="cachedir">The folder; null for the default.</param>
    [LibraryAction, Since(1, 19, 58), ConfigOnly, ShellAlias("cachedir")]
    void SetCachedir(string? cachedir);

    /// <summary>Folder of the host for the cached appliance.</summary>
    [LibraryAction, Since(1, 19, 58)]
    string GetCachedir();

    /// <summary>How the appliance runs; this library knows <c>direct</c> only and warns of others.</summary>
    /// <param name="backend">Name of the backend.</param>
    [LibraryAction, Since(1, 21, 26), ConfigOnly, ShellAlias("backend")]
    void SetBackend(string backend);

    /// <summary>How the appliance runs.</summary>
    [LibraryAction, Since(1, 21, 26)]
    string GetBackend();

    /// <summary>Replaces all backend settings.</summary>
    /// <param name="settings">Each <c>name</c> or <c>name=value</c>.</param>
    [LibraryAction, Since(1, 25, 24), ConfigOnly]
    void SetBackendSettings(IReadOnlyList<string> settings);

    /// <summary>All backend settings.</summary>
    [LibraryAction, Since(1, 25, 24)]
    string[] GetBackendSettings();

    /// <summary>Sets one backend setting.</summary>
    /// <param name="name">Name such as <c>force_tcg</c>.</param>
    /// <param name="val">Value; <c>1</c> for a switch.</param>
    [LibraryAction, Since(1, 27, 2), ConfigOnly]
    void SetBackendSetting(string name, string val);

    /// <summary>The value of a backend setting; <c>1</c> for a switch.</summary>
    /// <param name="name">Name of the setting.</param>
    /// <exception cref="GuestfsException">ESRCH: it is not set.</exception>
    [LibraryAction, Since(1, 27, 2)]
    string GetBackendSetting(string name);

    /// <summary>Removes a backend setting.</summary>
    /// <param name="name">Name of the setting.</param>
    /// <returns>How many settings were removed.</returns>
    [LibraryAction, Since(1, 27, 2), ConfigOnly]
    int ClearBackendSetting(string name);

    /// <summary>Whether QEMU must end when this process does; on at first.</summary>
    /// <param name="recoveryProc">True to end QEMU with this process.</param>
    [LibraryAction, Since(1, 0, 77), ConfigOnly, ShellAlias("recovery-proc")]
    void SetRecoveryProc(bool recoveryProc);

    /// <summary>Whether QEMU must end when this process does.</summary>
    [LibraryAction, Since(1, 0, 77)]
    bool GetRecoveryProc();

    /// <summary>Whether QEMU gets a process group of its own, so that a terminal's Ctrl-C does not reach it.</summary>
    /// <param name="pgroup">True for a process group of its own.</param>
    [LibraryAction, Since(1, 11, 18), ConfigOnly, ShellAlias("pgroup")]
    void SetPgroup(bool pgroup);

    /// <summary>Whether QEMU gets a process group of its own.</summary>
    [LibraryAction, Since(1, 11, 18)]
    bool GetPgroup();

    /// <summary>Name of the program for messages.</summary>
    /// <param name="program">Name of the program.</param>
    [LibraryAction, Since(1, 21, 29), ShellAlias("program")]
    void SetProgram(string program);

    /// <summary>Name of the program for messages.</summary>
    [LibraryAction, Since(1, 21, 29)]
    string GetProgram();

    /// <summary>Text put in front of trace and verbose messages, to tell handles apart.</summary>
    /// <param name="identifier">Letters, digits, dashes and underscores; empty for none.</param>
    [LibraryAction, Since(1, 31, 14), ShellAlias("identifier")]
    void SetIdentifier(string identifier);

    /// <summary>Text put in front of trace and verbose messages.</summary>
    [LibraryAction, Since(1, 31, 14)]
    string GetIdentifier();

    /// <summary>Kept by name; the appliance's console never goes to standard output.</summary>
    /// <param name="direct">Ignored.</param>
    [LibraryAction, Since(1, 0, 72), DeprecatedBy("internal_get_console_socket"), ConfigOnly, ShellAlias("direct")]
    void SetDirect(bool direct);

    /// <summary>Always false.</summary>
    [LibraryAction, Since(1, 0, 72), DeprecatedBy("internal_get_console_socket")]
    bool GetDirect();

    /// <summary>How the appliance runs.</summary>
    /// <param name="backend">Name of the backend.</param>
    [LibraryAction, Since(1, 9, 8), DeprecatedBy("set_backend"), ConfigOnly, ShellAlias("attach-method")]
    void SetAttachMethod(string backend);

    /// <summary>How the appliance runs.</summary>
    [LibraryAction, Since(1, 9, 8), DeprecatedBy("get_backend")]
    string GetAttachMethod();

    /// <summary>Whether the appliance's kernel starts with SELinux.</summary>
    /// <param name="selinux">True to start with SELinux.</param>
    [LibraryAction, Since(1, 0, 67), DeprecatedBy("setfiles"), ConfigOnly, ShellAlias("selinux")]
    void SetSelinux(bool selinux);

    /// <summary>Whether the appliance's kernel starts with SELinux.</summary>
    [LibraryAction, Since(1, 0, 67), DeprecatedBy("setfiles")]
    bool GetSelinux();

    /// <summary>Takes the settings of the process's environment: <c>LIBGUESTFS_DEBUG</c>, <c>LIBGUESTFS_TRACE</c>, <c>LIBGUESTFS_PATH</c> and the others.</summary>
    /// <exception cref="GuestfsException">EINVAL: a variable has a bad value.</exception>
    [LibraryAction, Since(1, 19, 53)]
    void ParseEnvironment();

    /// <summary>Takes the settings of an environment that is given.</summary>
    /// <param name="environment">Each <c>NAME=value</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: a variable has a bad value.</exception>
    [LibraryAction, Since(1, 19, 53)]
    void ParseEnvironmentList(IReadOnlyList<string> environment);
}
