using System.Text.Json;

namespace VirtTools.Api.Tests.Facts;

/// <summary>The facts of the original's API, as JSON.</summary>
internal static class FactFile
{
    private static readonly Lazy<IReadOnlyDictionary<string, JsonElement>> s_actions = new(() => ByName("actions"));
    private static readonly Lazy<IReadOnlyDictionary<string, JsonElement>> s_structs = new(() => ByName("structs"));

    public static IReadOnlyDictionary<string, JsonElement> Actions => s_actions.Value;

    public static IReadOnlyDictionary<string, JsonElement> Structs => s_structs.Value;

    public static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "facts", name + ".json")));
        return document.RootElement.Clone();
    }

    public static string? Text(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Flag(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.EnumerateArray() : [];

    private static Dictionary<string, JsonElement> ByName(string file) =>
        Read(file).EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!);
}
