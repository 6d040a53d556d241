namespace VirtTools.Daemon.Protocol;

/// <summary>Which build of the daemon this is; library and daemon compare it to tell a mismatch in one sentence.</summary>
internal static class BuildId
{
    /// <summary>The version of the project and the module's own identity, which the compiler derives from its content.</summary>
    public static string Text => $"{typeof(BuildId).Assembly.GetName().Version?.ToString(3)}+{typeof(BuildId).Module.ModuleVersionId:N}";
}
