namespace VirtTools.GuestTests.BlockAccess;

/// <summary>Listens to which way a handle's transfers go.</summary>
internal sealed class TransferLog : IDisposable
{
    private readonly List<string> _messages = [];
    private readonly IDisposable _registration;

    public TransferLog(Guestfs handle) => _registration = handle.AddEventHandler(GuestEvents.Library, happened => _messages.Add(happened.Message));

    /// <summary>What was said since the last call.</summary>
    public string Take()
    {
        var text = string.Join('\n', _messages);
        _messages.Clear();
        return text;
    }

    public void Dispose() => _registration.Dispose();
}
