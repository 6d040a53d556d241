namespace VirtTools.Appliance;

/// <summary>How far a build is.</summary>
/// <param name="Stage">What is being done, such as "downloading packages".</param>
/// <param name="Fraction">0 to 1 of the whole build.</param>
internal readonly record struct BuildProgress(string Stage, double Fraction);
