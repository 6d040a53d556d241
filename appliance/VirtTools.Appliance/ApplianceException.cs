namespace VirtTools.Appliance;

/// <summary>An appliance could not be found, built or used; the message says why and what to do.</summary>
internal sealed class ApplianceException : Exception
{
    public ApplianceException(string message)
        : base(message)
    {
    }

    public ApplianceException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
