using System.CommandLine;
using VirtTools.CommandLine.Completion;

namespace VirtTools.CommandLine.Options;

/// <summary>The options of commands that look at files: those that say what is mounted where.</summary>
internal abstract class MountingOptions : GuestOptions
{
    private readonly Option<string> _mount;
    private readonly List<MountChoice> _mounts = [];

    protected MountingOptions()
    {
        DeclareKeys(OptionOrigin.Original);
        _mount = Value<string>(OptionOrigin.Original, "--mount", "-m");
    }

    /// <summary>What <c>-m</c> asks to mount; empty to mount what the guest itself would.</summary>
    public IReadOnlyList<MountChoice> Mounts => _mounts;

    public override Suggestion SuggestedOperand()
    {
        if (Drives.Count > 0)
        {
            return Suggestion.GuestPaths;
        }

        if (Operands.Count == 0)
        {
            return Suggestion.Files;
        }

        try
        {
            // The old way: the image, then what is in it.
            Operands = [.. Operands.Take(1)];
            TakeDrivesFromOperands(kept: 0);
            return Suggestion.GuestPaths;
        }
        catch (UsageException)
        {
            return Suggestion.Nothing;
        }
    }

    protected override void Meet(Option option, string? value)
    {
        if (option == _mount)
        {
            _mounts.Add(MountChoice.Parse(value!));
        }
        else
        {
            base.Meet(option, value);
        }
    }
}
