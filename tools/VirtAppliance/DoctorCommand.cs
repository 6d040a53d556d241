using VirtTools.CommandLine.Output;

namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance doctor: checks each precondition, launches, and says what is wrong and the remedy.</summary>
internal static class DoctorCommand
{
    /// <summary>The line that scripts wait for; the original's libguestfs-test-tool ends with it.</summary>
    private const string Finished = "===== TEST FINISHED OK =====";

    public static System.CommandLine.Command Declare(TextWriter output, CancellationToken cancellationToken)
    {
        var command = new System.CommandLine.Command("doctor", "Check everything that the other commands need, and say what to do about what is missing.");
        command.SetAction((_, _) => RunAsync(output, Checkup.All, cancellationToken));
        return command;
    }

    /// <summary>Runs the checks in order; one that fails does not keep the others from running, unless they need it.</summary>
    /// <returns>0 when everything is well, else 1.</returns>
    public static async Task<int> RunAsync(TextWriter output, IReadOnlyList<Check> checks, CancellationToken cancellationToken)
    {
        var failed = new HashSet<string>();
        foreach (var check in checks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (check.Needs is { } needed && failed.Contains(needed))
            {
                output.WriteLine($"skip  {check.Name}: needs {needed}");
                if (check.Weight == CheckWeight.Needed)
                {
                    failed.Add(check.Name);
                }

                continue;
            }

            try
            {
                output.WriteLine($"ok    {check.Name}: {Printable.Line(await check.Run(cancellationToken).ConfigureAwait(false))}");
            }
            catch (GuestfsException e)
            {
                // A handle could not even be made: a variable of the environment makes no sense, and the message says which.
                failed.Add(check.Name);
                output.WriteLine($"FAIL  {check.Name}: {Printable.Line(e.Message)}");
                output.WriteLine("      remedy: correct or unset the variable that is named there");
            }
            catch (CheckFailedException e)
            {
                if (check.Weight == CheckWeight.Needed)
                {
                    failed.Add(check.Name);
                }

                output.WriteLine($"{(check.Weight == CheckWeight.Needed ? "FAIL" : "note")}  {check.Name}: {Printable.Line(e.Message)}");
                output.WriteLine($"      remedy: {e.Remedy}");
            }
        }

        if (failed.Count > 0)
        {
            output.WriteLine($"{failed.Count} of {checks.Count} checks failed");
            return 1;
        }

        output.WriteLine(Finished);
        return 0;
    }
}

/// <summary>One thing to look at.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Needs">Name of a check without which this one makes no sense.</param>
/// <param name="Run">Looks, and describes what it found.</param>
/// <param name="Weight">What it means when something is missing.</param>
internal sealed record Check(string Name, string? Needs, Func<CancellationToken, Task<string>> Run, CheckWeight Weight = CheckWeight.Needed);

/// <summary>What it means when a check finds something wrong.</summary>
internal enum CheckWeight
{
    /// <summary>The commands do not work.</summary>
    Needed,

    /// <summary>They work, but something that not everybody uses does not, or they are slower.</summary>
    ForSome,
}

/// <summary>A check found something wrong.</summary>
internal sealed class CheckFailedException(string message, string remedy) : Exception(message)
{
    /// <summary>What the user can do about it.</summary>
    public string Remedy { get; } = remedy;
}
