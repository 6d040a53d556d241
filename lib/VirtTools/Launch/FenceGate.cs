namespace VirtTools.Launch;

/// <summary>What a QEMU that runs no guest may do beyond what every QEMU may.</summary>
/// <param name="Places">Files and folders that it may read.</param>
/// <param name="NeedsNetwork">Whether it may connect.</param>
/// <param name="KeepsUser">It needs files of the user's own, so it goes on as that user, if without root's powers.</param>
internal sealed record FenceGate(IReadOnlyList<string> Places, bool NeedsNetwork, bool KeepsUser);
