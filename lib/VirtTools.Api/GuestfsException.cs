namespace VirtTools;

/// <summary>An action failed, in the library or in the appliance.</summary>
public class GuestfsException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="action">Name of the action that failed, as in the manual (<c>mount_ro</c>).</param>
    /// <param name="errnoName">Name of the errno, such as <c>ENOENT</c>, or null where there is none.</param>
    /// <param name="message">What failed, on what, and why.</param>
    /// <param name="innerException">What caused it, if another exception did.</param>
    public GuestfsException(string action, string? errnoName, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Action = action;
        ErrnoName = string.IsNullOrEmpty(errnoName) ? null : errnoName;
    }

    /// <summary>Name of the action that failed, as in the manual (<c>mount_ro</c>).</summary>
    public string Action { get; }

    /// <summary>Name of the errno, such as <c>ENOENT</c>; null where the failure has none.</summary>
    public string? ErrnoName { get; }
}
