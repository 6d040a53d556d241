using System.CommandLine;

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
