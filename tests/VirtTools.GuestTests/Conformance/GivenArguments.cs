using System.Globalization;
using System.Text;
using System.Text.Json;

namespace VirtTools.GuestTests.Conformance;

/// <summary>Arguments of a call out of JSON or out of the words of a shell command.</summary>
internal sealed class GivenArguments(IReadOnlyList<JsonElement> required, IReadOnlyDictionary<string, JsonElement> optional) : ActionArguments
{
    /// <summary>The arguments of a shell command without optional ones.</summary>
    public static GivenArguments OfWords(IEnumerable<string> words) =>
        new([.. words.Select(word => JsonSerializer.SerializeToElement(word))], new Dictionary<string, JsonElement>());

    /// <inheritdoc/>
    public override bool Bool(int index) => ToBool(required[index]);

    /// <inheritdoc/>
    public override int Int(int index) => checked((int)ToInt64(required[index]));

    /// <inheritdoc/>
    public override long Int64(int index) => ToInt64(required[index]);

    /// <inheritdoc/>
    public override string String(int index) => required[index].GetString()!;

    /// <inheritdoc/>
    public override string? NullableString(int index) => required[index].GetString();

    /// <inheritdoc/>
    public override IReadOnlyList<string> Strings(int index) => ToStrings(required[index]);

    /// <summary>The facts write each byte of a buffer as the character of that number.</summary>
    public override ReadOnlyMemory<byte> Bytes(int index) => Encoding.Latin1.GetBytes(String(index));

    /// <inheritdoc/>
    public override bool? OptionalBool(string name) => Find(name) is { } value ? ToBool(value) : null;

    /// <inheritdoc/>
    public override int? OptionalInt(string name) => Find(name) is { } value ? checked((int)ToInt64(value)) : null;

    /// <inheritdoc/>
    public override long? OptionalInt64(string name) => Find(name) is { } value ? ToInt64(value) : null;

    /// <inheritdoc/>
    public override string? OptionalString(string name) => Find(name)?.GetString();

    /// <inheritdoc/>
    public override IReadOnlyList<string>? OptionalStrings(string name) => Find(name) is { } value ? ToStrings(value) : null;

    private JsonElement? Find(string name) => optional.TryGetValue(name, out var value) ? value : null;

    private static bool ToBool(JsonElement value) => value.ValueKind == JsonValueKind.String ? bool.Parse(value.GetString()!) : value.GetBoolean();

    private static long ToInt64(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetInt64();

    // A word of a shell command is a list of one.
    private static string[] ToStrings(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? [value.GetString()!] : [.. value.EnumerateArray().Select(item => item.GetString()!)];
}
