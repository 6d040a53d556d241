namespace VirtTools.Declarations;

/// <summary>An interface whose methods declare actions of one subject. The generator reads it; the daemon implements it.</summary>
[AttributeUsage(AttributeTargets.Interface)]
internal sealed class ActionsAttribute : Attribute;

/// <summary>An action that the daemon carries out.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DaemonActionAttribute(int procedure) : Attribute
{
    /// <summary>The procedure number on the wire.</summary>
    public int Procedure { get; } = procedure;

    /// <summary>Name in the manual where it is not the method's name in snake case.</summary>
    public string? Name { get; set; }
}

/// <summary>An action that the library carries out itself, perhaps with other actions.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibraryActionAttribute : Attribute
{
    /// <summary>Name in the manual where it is not the method's name in snake case.</summary>
    public string? Name { get; set; }
}

/// <summary>Version of the original's API in which the action appeared.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SinceAttribute(int major, int minor, int release) : Attribute
{
    public System.Version Version { get; } = new(major, minor, release);
}

/// <summary>The action belongs to a feature group that an appliance may lack (manual, AVAILABILITY).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FeatureGroupAttribute(string group) : Attribute
{
    public string Group { get; } = group;
}

/// <summary>The action is kept for old programs; another one does its work.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DeprecatedByAttribute(string? action = null) : Attribute
{
    public string? Action { get; } = action;
}

/// <summary>The action sends progress messages when it takes long.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgressAttribute : Attribute;

/// <summary>The action can be stopped by <c>UserCancel</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CancellableAttribute : Attribute;

/// <summary>The action configures the handle: only allowed before launch.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConfigOnlyAttribute : Attribute;

/// <summary>The action may talk to the appliance or take time: it gets an asynchronous method too.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BlockingAttribute : Attribute;

/// <summary>The action is not part of the public surface; only the library calls it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InternalActionAttribute : Attribute;

/// <summary>The action is for looking into the library or the daemon; it may change or go.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DebugActionAttribute : Attribute;

/// <summary>The action only asks for the handle's state; no test of the state is made before it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StateTestActionAttribute : Attribute;

/// <summary>The shell has a command of its own with that name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NotInShellAttribute : Attribute;

/// <summary>Other names under which the shell knows the action.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellAliasAttribute(params string[] names) : Attribute
{
    public string[] Names { get; } = names;
}

/// <summary>An optional argument: a property of the action's options record, and one bit on the wire.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class OptionalAttribute(string? name = null) : Attribute
{
    /// <summary>Name in the manual where it is not the parameter's name in lower case.</summary>
    public string? Name { get; } = name;
}

/// <summary>Name of a required argument in the manual where it is not the parameter's name in lower case.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ArgumentNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>An absolute path in the guest; the action needs a mounted root.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class PathnameAttribute : Attribute;

/// <summary>A block device; the daemon translates its name.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue | AttributeTargets.Property)]
internal sealed class DeviceAttribute : Attribute;

/// <summary>A block device or a btrfs subvolume (<c>btrfsvol:/dev/sda1/name</c>).</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
internal sealed class MountableAttribute : Attribute;

/// <summary>A device (starts with <c>/dev/</c>) or a path in the guest.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class DeviceOrPathAttribute : Attribute;

/// <summary>A mountable or a path in the guest.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class MountableOrPathAttribute : Attribute;

/// <summary>A passphrase: never logged, traced or kept.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class KeyAttribute : Attribute;

/// <summary>A GUID in text form, checked before the call.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class GuidTextAttribute : Attribute;

/// <summary>Names without a slash.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class FilenameAttribute : Attribute;

/// <summary>A record that goes over the wire; its constructor's parameters are the fields in wire order.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WireStructAttribute(string name) : Attribute
{
    /// <summary>Name in the manual.</summary>
    public string Name { get; } = name;
}

/// <summary>A field of 32 characters without length on the wire.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class UuidAttribute : Attribute;

/// <summary>Name of a field in the manual where it is not the parameter's name in snake case.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class FieldAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Asks the generator for the synchronous twin of an asynchronous method.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SyncTwinAttribute : Attribute;
