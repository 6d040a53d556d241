using System.Reflection;
using VirtTools.Declarations;

namespace VirtTools.Api.Tests.Client;

/// <summary>Values of every kind that goes over the wire, different for each seed.</summary>
internal sealed class Samples(ActionDescriptor action, int seed) : ActionArguments
{
    /// <summary>The argument at that place of the action's parameters, as the daemon's method must see it.</summary>
    public object? Expected(int index) => action.Parameters[index] switch
    {
        { IsOptional: true } when !IsGiven(index) => null,
        { Kind: WireKind.Bool } => Flag(index),
        { Kind: WireKind.Int } => Number(index),
        { Kind: WireKind.Int64 } => LongNumber(index),
        { Kind: WireKind.Bytes } => Content(index),
        { Kind: WireKind.StringList } => Texts(index),
        { Kind: WireKind.OptionalString, IsOptional: false } => seed % 2 == 0 ? null : Text(index),
        _ => Text(index),
    };

    /// <summary>A value of a result's type.</summary>
    public static object? Result(Type type, int seed) => type switch
    {
        _ when type == typeof(void) => null,
        _ when type == typeof(bool) => seed % 2 == 0,
        _ when type == typeof(int) => seed * -7,
        _ when type == typeof(long) => seed * -7_000_000_000L,
        _ when type == typeof(uint) => (uint)seed,
        _ when type == typeof(ulong) => (ulong)seed,
        _ when type == typeof(char) => (char)('a' + (seed % 20)),
        _ when type == typeof(float?) => seed % 2 == 0 ? null : seed + 0.25f,
        _ when type == typeof(string) => $"result {seed}",
        _ when type == typeof(string[]) => new[] { $"first {seed}", "", "é" },
        _ when type == typeof(byte[]) => new byte[] { 0, 255, (byte)seed },
        _ when type == typeof(OrderedDictionary<string, string>) => new OrderedDictionary<string, string> { ["z"] = $"{seed}", ["a"] = "" },
        { IsArray: true } => List(type.GetElementType()!, seed),
        _ => Record(type, seed),
    };

    public override bool Bool(int index) => Flag(index);

    public override int Int(int index) => Number(index);

    public override long Int64(int index) => LongNumber(index);

    public override string String(int index) => Text(index);

    public override string? NullableString(int index) => (string?)Expected(index);

    public override IReadOnlyList<string> Strings(int index) => Texts(index);

    public override ReadOnlyMemory<byte> Bytes(int index) => Content(index);

    public override bool? OptionalBool(string name) => (bool?)Expected(IndexOf(name));

    public override int? OptionalInt(string name) => (int?)Expected(IndexOf(name));

    public override long? OptionalInt64(string name) => (long?)Expected(IndexOf(name));

    public override string? OptionalString(string name) => (string?)Expected(IndexOf(name));

    public override IReadOnlyList<string>? OptionalStrings(string name) => (string[]?)Expected(IndexOf(name));

    private bool IsGiven(int index) => (index + seed) % 3 != 0;

    private bool Flag(int index) => (index + seed) % 2 == 0;

    private int Number(int index) => (seed * 1000) - (index * 7);

    private long LongNumber(int index) => (seed * 5_000_000_000L) - index;

    private byte[] Content(int index) => [(byte)seed, 0, (byte)index, 255];

    private string[] Texts(int index) => [$"item {seed}", $"{index}"];

    private string Text(int index) =>
        action.Parameters[index].Role == ValueRole.GuidText ? new Guid(seed, (short)index, 0, new byte[8]).ToString() : $"text {seed} {index}";

    private int IndexOf(string name) => action.Parameters.Select(p => p.Name).ToList().IndexOf(name);

    private static Array List(Type type, int seed)
    {
        var list = Array.CreateInstance(type, 2);
        list.SetValue(Record(type, seed), 0);
        list.SetValue(Record(type, seed + 1), 1);
        return list;
    }

    private static object Record(Type type, int seed)
    {
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select((p, i) =>
            p.GetCustomAttribute<UuidAttribute>() is null ? Result(p.ParameterType, seed + i) : new string((char)('a' + seed), 32))]);
    }
}
