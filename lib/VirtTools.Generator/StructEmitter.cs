namespace VirtTools.Generator;

/// <summary>Readers and writers of the records that go over the wire.</summary>
internal static class StructEmitter
{
    public static string Emit(IEnumerable<StructModel> structs)
    {
        var source = new SourceWriter();
        source.Line("namespace VirtTools.Wire;");
        source.Line();
        source.Open("internal static class StructCodecs");
        foreach (var model in structs)
        {
            EmitCodec(source, model);
        }

        source.Close();
        return source.ToString();
    }

    private static void EmitCodec(SourceWriter source, StructModel model)
    {
        var type = $"global::VirtTools.{model.TypeName}";
        var arguments = string.Join(", ", model.Fields.Select(f => $"reader.{Reader(f.Kind)}()"));
        source.Line($"public static {type} Read{model.TypeName}(ref XdrReader reader) => new({arguments});");
        source.Line();
        source.Open($"public static {type}[] Read{model.TypeName}List(ref XdrReader reader)");
        source.Line($"var items = new {type}[reader.ReadCount({model.Fields.Sum(f => LeastSize(f.Kind))})];");
        source.Open("for (var i = 0; i < items.Length; i++)");
        source.Line($"items[i] = Read{model.TypeName}(ref reader);");
        source.Close();
        source.Line("return items;");
        source.Close();
        source.Line();
        source.Open($"public static void Write(XdrWriter writer, {type} value)");
        foreach (var field in model.Fields)
        {
            source.Line($"writer.{Writer(field.Kind)}(value.{field.Name});");
        }

        source.Close();
        source.Line();
        source.Open($"public static void Write(XdrWriter writer, global::System.Collections.Generic.IReadOnlyCollection<{type}> values)");
        source.Line("writer.WriteUInt32((uint)values.Count);");
        source.Open("foreach (var value in values)");
        source.Line("Write(writer, value);");
        source.Close();
        source.Close();
        source.Line();
        source.Open($"public static global::System.Collections.Generic.IEnumerable<(string Name, object? Value)> Fields({type} value)");
        foreach (var field in model.Fields)
        {
            source.Line($"yield return (\"{field.WireName}\", value.{field.Name});");
        }

        source.Close();
        source.Line();
        source.Open($"public static {type} MapDevices({type} value, global::System.Func<string, string> map)");
        var devices = model.Fields.Where(f => f.Device).ToArray();
        source.Line(devices.Length == 0
            ? "return value;"
            : $"return value with {{ {string.Join(", ", devices.Select(d => $"{d.Name} = map(value.{d.Name})"))} }};");
        source.Close();
        source.Line();
    }

    private static string Reader(WireKind kind) => "Read" + Suffix(kind);

    private static string Writer(WireKind kind) => "Write" + Suffix(kind);

    private static string Suffix(WireKind kind) => kind switch
    {
        WireKind.Int => "Int32",
        WireKind.Int64 => "Int64",
        WireKind.UInt32 => "UInt32",
        WireKind.UInt64 => "UInt64",
        WireKind.Char => "Char",
        WireKind.Percent => "OptionalPercent",
        WireKind.Uuid => "Uuid",
        WireKind.Bytes => "Bytes",
        WireKind.Bool => "Bool",
        _ => "String",
    };

    private static int LeastSize(WireKind kind) => kind switch
    {
        WireKind.Int64 or WireKind.UInt64 => 8,
        WireKind.Uuid => 32,
        _ => 4,
    };
}
