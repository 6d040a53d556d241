using System.CommandLine;
using VirtTools.CommandLine.Options;

namespace VirtTools.Commands;

/// <summary>How the result is printed.</summary>
internal enum InspectionFormat
{
    /// <summary>A table on a terminal, else XML.</summary>
    Automatic,
    Xml,
    Json,
}

/// <summary>The options of virt-inspector.</summary>
internal sealed class InspectorOptions : GuestOptions
{
    private readonly Option<bool> _noApplications;
    private readonly Option<bool> _noIcon;
    private readonly Option<string> _xpath;
    private readonly Option<bool> _json;
    private readonly Option<bool> _xml;

    public InspectorOptions()
    {
        DeclareKeys(OptionOrigin.Original);
        _noApplications = Flag(OptionOrigin.Original, "--no-applications");
        _noIcon = Flag(OptionOrigin.Original, "--no-icon");
        _xpath = Value<string>(OptionOrigin.Original, "--xpath");
        _json = Flag(OptionOrigin.Ours, "--json");
        _xml = Flag(OptionOrigin.Ours, "--xml");
    }

    /// <summary>How the result is printed.</summary>
    public InspectionFormat Format => Has(_json) ? InspectionFormat.Json : Has(_xml) ? InspectionFormat.Xml : InspectionFormat.Automatic;

    /// <summary>Whether the applications are wanted.</summary>
    public bool HasApplications => !Has(_noApplications);

    /// <summary>Whether the icon is wanted.</summary>
    public bool HasIcon => !Has(_noIcon);

    /// <summary>The query on standard input; null to look at images.</summary>
    public string? XPath => Has(_xpath) ? Get(_xpath) : null;

    protected override void Check()
    {
        if (XPath is not null)
        {
            CheckQuery();
            return;
        }

        if (Drives.Count == 0)
        {
            TakeDrivesFromOperands(kept: 0);
        }

        base.Check();
        if (Drives.Count == 0)
        {
            throw new UsageException("which guest? name its image with -a, or a libvirt guest with -d") { ShowsSynopsis = true };
        }

        if (Operands.Count > 0)
        {
            throw new UsageException($"{Operands[0]}: guests are named with -a and -d or without, not both ways");
        }

        if (Has(_json) && Has(_xml))
        {
            throw new UsageException("--json or --xml, not both");
        }
    }

    private void CheckQuery()
    {
        if (Drives.Count > 0 || Operands.Count > 0)
        {
            throw new UsageException("--xpath reads XML from standard input and looks at no image");
        }

        if (Has(_json) || Has(_xml))
        {
            throw new UsageException("--xpath prints what the query selects, in no other format");
        }
    }
}
