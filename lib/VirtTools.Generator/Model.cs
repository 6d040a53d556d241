namespace VirtTools.Generator;

/// <summary>What a parameter or result is on the wire.</summary>
internal enum WireKind
{
    Void,
    Bool,
    Int,
    Int64,
    UInt32,
    UInt64,
    Char,
    Percent,
    Uuid,
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

/// <summary>What a string means, and so how the daemon checks and translates it.</summary>
internal enum Role
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

/// <summary>A declared parameter.</summary>
/// <param name="Name">Name in C#.</param>
/// <param name="WireName">Name in the manual.</param>
/// <param name="Type">C# type as written to generated code.</param>
/// <param name="Optional">It is an optional argument, one bit on the wire.</param>
/// <param name="Doc">The content of its doc comment.</param>
internal sealed record ParameterModel(string Name, string WireName, string Type, WireKind Kind, Role Role, bool Optional, string Doc);

/// <summary>A declared action.</summary>
internal sealed record ActionModel(
    string Interface,
    string Method,
    string WireName,
    int? Procedure,
    string Since,
    string? Group,
    string? DeprecatedBy,
    bool Deprecated,
    bool Progress,
    bool Cancellable,
    bool ConfigOnly,
    bool Blocking,
    bool Internal,
    bool Debug,
    bool StateTest,
    bool NotInShell,
    EquatableArray<string> Aliases,
    EquatableArray<ParameterModel> Parameters,
    WireKind ReturnKind,
    string ReturnType,
    string? ReturnStruct,
    string? ReturnStructName,
    Role ReturnRole,
    string Doc)
{
    public IEnumerable<ParameterModel> Required => Parameters.Where(p => !p.Optional);

    public IReadOnlyList<ParameterModel> OptionalOnes => Parameters.Where(p => p.Optional).ToArray();

    public string OptionsType => Method + "Options";

    public ParameterModel? FileParameter => Parameters.FirstOrDefault(p => p.Kind is WireKind.FileIn or WireKind.FileOut);
}

/// <summary>A record that goes over the wire.</summary>
internal sealed record StructModel(string TypeName, string WireName, EquatableArray<FieldModel> Fields, EquatableArray<Complaint> Complaints);

/// <summary>A field of such a record.</summary>
internal sealed record FieldModel(string Name, string WireName, WireKind Kind, bool Device);

/// <summary>Something wrong with a declaration.</summary>
internal sealed record Complaint(string Id, string Message, string Path, int Line, int Column);

/// <summary>What one interface declares.</summary>
internal sealed record InterfaceModel(string Name, EquatableArray<ActionModel> Actions, EquatableArray<Complaint> Complaints);
