using System.CommandLine;
using VirtTools.CommandLine.Options;

namespace VirtTools.Commands;

/// <summary>The options of virt-edit; its operands are files.</summary>
internal sealed class EditOptions : MountingOptions
{
    private readonly Option<string> _backup;
    private readonly Option<string> _expression;
    private readonly Option<string> _replace;
    private readonly List<LineReplacement> _replacements = [];
    private bool _hasBackup;
    private bool _hasExpression;

    public EditOptions()
    {
        _backup = Value<string>(OptionOrigin.Original, "--backup", "-b");
        _expression = Value<string>(OptionOrigin.Original, "--edit", "--expr", "-e");
        _replace = Value<string>(OptionOrigin.Ours, "--replace");
    }

    public IReadOnlyList<string> Files => Operands;

    /// <summary>What the name of the backup has behind that of the file; null for no backup.</summary>
    public string? BackupExtension => Has(_backup) ? Get(_backup) : null;

    /// <summary>The Perl expression; null for none.</summary>
    public string? Expression => Has(_expression) ? Get(_expression) : null;

    /// <summary>What <c>--replace</c> asks for, in the order of the command line.</summary>
    public IReadOnlyList<LineReplacement> Replacements => _replacements;

    /// <summary>Whether an editor changes the files.</summary>
    public bool NeedsEditor => Expression is null && Replacements.Count == 0;

    protected override void Meet(Option option, string? value)
    {
        if (option == _replace)
        {
            _replacements.Add(LineReplacement.Parse(value!));
        }
        else if (option == _backup)
        {
            MeetBackup(value!);
        }
        else if (option == _expression)
        {
            if (_hasExpression)
            {
                throw new UsageException("-e can be given once; write several expressions as one, with semicolons between");
            }

            _hasExpression = true;
        }

        base.Meet(option, value);
    }

    private void MeetBackup(string extension)
    {
        if (extension.Length == 0 || extension.Contains('/'))
        {
            throw new UsageException("--backup takes what is put behind the name of the file, such as .orig, and no folder");
        }

        if (_hasBackup)
        {
            throw new UsageException("-b can be given once");
        }

        _hasBackup = true;
    }

    protected override void Check()
    {
        if (Drives.Count == 0)
        {
            TakeDrivesFromOperands(kept: 1);
        }

        base.Check();
        if (Drives.Count == 0)
        {
            throw new UsageException("which guest? name its image with -a, or a libvirt guest with -d") { ShowsSynopsis = true };
        }

        if (Files.Count == 0)
        {
            throw new UsageException("which file? name at least one") { ShowsSynopsis = true };
        }

        if (_hasExpression && _replacements.Count > 0)
        {
            throw new UsageException("-e or --replace, not both");
        }
    }
}
