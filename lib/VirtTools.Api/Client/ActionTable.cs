using System.Collections.Frozen;

namespace VirtTools;

/// <summary>All actions; the entries are generated.</summary>
internal static partial class ActionTable
{
    private static FrozenDictionary<string, ActionDescriptor>? s_byName;

    /// <summary>The action of that name in the manual, or null.</summary>
    public static ActionDescriptor? Find(string name) => ByName.GetValueOrDefault(name);

    private static FrozenDictionary<string, ActionDescriptor> ByName => s_byName ??= All.ToFrozenDictionary(a => a.Name);
}
