namespace VirtTools;

/// <summary>Arguments of a call by name, fetched by position (required ones) or by name (optional ones).</summary>
internal abstract class ActionArguments
{
    public abstract bool Bool(int index);

    public abstract int Int(int index);

    public abstract long Int64(int index);

    public abstract string String(int index);

    public abstract string? NullableString(int index);

    public abstract IReadOnlyList<string> Strings(int index);

    public abstract ReadOnlyMemory<byte> Bytes(int index);

    public abstract bool? OptionalBool(string name);

    public abstract int? OptionalInt(string name);

    public abstract long? OptionalInt64(string name);

    public abstract string? OptionalString(string name);

    public abstract IReadOnlyList<string>? OptionalStrings(string name);
}
