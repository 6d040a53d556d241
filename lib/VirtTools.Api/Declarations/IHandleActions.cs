namespace VirtTools.Declarations;

/// <summary>The life of a handle: its state, launch, end.</summary>
[Actions]
internal interface IHandleActions
{
    /// <summary>Starts the appliance and waits until its daemon is ready.</summary>
    /// <exception cref="GuestfsException">ETIMEDOUT: the launch deadline passed. EINVAL: the handle was launched already.</exception>
    [LibraryAction, Since(0, 0, 3), Progress, ConfigOnly, Blocking, ShellAlias("run")]
    void Launch();

    /// <summary>
    /// Unmounts and writes out everything, ends the appliance, and says so if something could not be written. The handle can then be configured and launched
    /// again.
    /// </summary>
    [LibraryAction, Since(1, 19, 16), Blocking]
    void Shutdown();

    /// <summary>Ends the appliance as <c>shutdown</c> does.</summary>
    [LibraryAction, Since(0, 0, 3), DeprecatedBy("shutdown"), Blocking]
    void KillSubprocess();

    /// <summary>Does nothing; the launch waits itself.</summary>
    [LibraryAction, Since(0, 0, 3), DeprecatedBy, StateTestAction]
    void WaitReady();

    /// <summary>Asks the call in progress to stop. It may be called from any thread and from an event handler.</summary>
    [LibraryAction, Since(1, 11, 18)]
    void UserCancel();

    /// <summary>Whether the handle is being configured, not launched yet.</summary>
    [LibraryAction, Since(1, 0, 2)]
    bool IsConfig();

    /// <summary>Whether the appliance is starting.</summary>
    [LibraryAction, Since(1, 0, 2), StateTestAction]
    bool IsLaunching();

    /// <summary>Whether the handle waits for a call.</summary>
    [LibraryAction, Since(1, 0, 2), StateTestAction]
    bool IsReady();

    /// <summary>Whether a call is under way.</summary>
    [LibraryAction, Since(1, 0, 2), StateTestAction]
    bool IsBusy();

    /// <summary>The state as a number, for messages.</summary>
    /// <returns>0 configuring, 1 launching, 2 ready.</returns>
    [LibraryAction, Since(1, 0, 2), StateTestAction]
    int GetState();

    /// <summary>Process id of QEMU.</summary>
    /// <exception cref="GuestfsException">ESRCH: there is none.</exception>
    [LibraryAction, Since(1, 0, 56), ShellAlias("pid")]
    int GetPid();

    /// <summary>Version of the API that this library carries out.</summary>
    [LibraryAction, Since(1, 0, 58)]
    LibraryVersion Version();

    /// <summary>Fails unless every one of the feature groups can be used.</summary>
    /// <param name="groups">Names of groups.</param>
    /// <exception cref="GuestfsException">ENOTSUP: one of them cannot be used.</exception>
    [LibraryAction, Since(1, 0, 80), Blocking]
    void Available(IReadOnlyList<string> groups);

    /// <summary>Whether every one of the feature groups can be used.</summary>
    /// <param name="groups">Names of groups.</param>
    [LibraryAction, Since(1, 21, 26), Blocking]
    bool FeatureAvailable(IReadOnlyList<string> groups);

    /// <summary>A number that tells this handle from others in messages.</summary>
    [LibraryAction, Since(1, 29, 17), Blocking]
    long CPointer();

    /// <summary>Folder for sockets; this library has none and names the folder for temporary files.</summary>
    [LibraryAction, Since(1, 33, 8)]
    string GetSockdir();
}
