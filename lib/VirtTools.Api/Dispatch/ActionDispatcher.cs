namespace VirtTools.Dispatch;

/// <summary>Carries a call to the method that implements it; the daemon supplies the subjects, the generator the switch.</summary>
internal abstract partial class ActionDispatcher;
