namespace VirtTools;

/// <summary>What an argument or a result is on the wire.</summary>
internal enum WireKind
{
    Void,
    Bool,
    Int,
    Int64,
    String,
    OptionalString,
    StringList,
    Bytes,
    Dictionary,
    Struct,
    StructList,
    FileIn,
    FileOut,
}

/// <summary>What a string means, and so how it is checked and translated.</summary>
internal enum ValueRole
{
    Plain,
    Pathname,
    Device,
    Mountable,
    DeviceOrPath,
    MountableOrPath,
    Key,
    GuidText,
    Filename,
}

/// <summary>An argument of an action.</summary>
/// <param name="Name">Name in the manual.</param>
/// <param name="Kind">What it is on the wire.</param>
/// <param name="Role">What it means.</param>
/// <param name="IsOptional">One bit of the call's header says whether it was given.</param>
internal readonly record struct ActionParameter(string Name, WireKind Kind, ValueRole Role, bool IsOptional);

/// <summary>The result of an action.</summary>
/// <param name="Kind">What it is on the wire.</param>
/// <param name="Role">What it means.</param>
/// <param name="Struct">Name of the struct in the manual, for a struct or a list of them.</param>
internal readonly record struct ActionResult(WireKind Kind, ValueRole Role, string? Struct);
