using Microsoft.CodeAnalysis;

namespace VirtTools.Generator;

/// <summary>Turns an interface of declarations into a model.</summary>
internal static class DeclarationReader
{
    private const string Prefix = "VirtTools.Declarations.";

    public static InterfaceModel ReadInterface(INamedTypeSymbol type)
    {
        var complaints = new List<Complaint>();
        var actions = type.GetMembers().OfType<IMethodSymbol>()
            .Where(m => m.MethodKind == MethodKind.Ordinary)
            .Select(m => ReadAction(type, m, complaints))
            .OfType<ActionModel>()
            .ToArray();
        if (actions.Any(a => a.Procedure is null) && actions.Any(a => a.Procedure is not null))
        {
            complaints.Add(Complaints.At(
                type, Complaints.MixedInterface, $"{type.Name}: the daemon implements an interface whole, so actions of the library go to another one"));
        }

        return new InterfaceModel(type.Name, new(actions), new([.. complaints]));
    }

    public static StructModel ReadStruct(INamedTypeSymbol type)
    {
        var wireName = (string)Find(type, "WireStructAttribute")!.ConstructorArguments[0].Value!;
        var constructor = type.InstanceConstructors.OrderByDescending(c => c.Parameters.Length).First();
        var complaints = new List<Complaint>();
        var fields = constructor.Parameters.Select(p => new FieldModel(
            p.Name,
            Argument(Find(p, "FieldAttribute")) ?? Names.ToSnakeCase(p.Name),
            FieldKind(type, p, complaints),
            Find(p, "DeviceAttribute") is not null)).ToArray();
        return new StructModel(type.Name, wireName, new(fields), new([.. complaints]));
    }

    private static ActionModel? ReadAction(INamedTypeSymbol type, IMethodSymbol method, List<Complaint> complaints)
    {
        void Complain(string id, string message) => complaints.Add(Complaints.At(method, id, $"{type.Name}.{method.Name}: {message}"));

        var daemon = Find(method, "DaemonActionAttribute");
        var library = Find(method, "LibraryActionAttribute");
        if ((daemon is null) == (library is null))
        {
            Complain(Complaints.NoKind, "an action is declared by exactly one of [DaemonAction] and [LibraryAction]");
            return null;
        }

        var doc = DocComment.Parse(method.GetDocumentationCommentXml(expandIncludes: false));
        if (doc.IsEmpty)
        {
            Complain(Complaints.NoDoc, "the declaration has no doc comment");
        }

        var since = Find(method, "SinceAttribute");
        if (since is null)
        {
            Complain(Complaints.NoSince, "the declaration does not say [Since]");
        }

        var parameters = method.Parameters.Select(p => ReadParameter(p, doc, Complain)).OfType<ParameterModel>().ToArray();
        if (parameters.SkipWhile(p => !p.Optional).Any(p => !p.Optional))
        {
            Complain(Complaints.OptionalBeforeRequired, "a required argument follows an optional one");
        }

        if (parameters.Count(p => p.Kind is WireKind.FileIn or WireKind.FileOut) > 1)
        {
            Complain(Complaints.TwoFiles, "more than one file argument");
        }

        var (returnKind, returnStruct) = KindOf(method.ReturnType);
        if (method.ReturnsVoid)
        {
            returnKind = WireKind.Void;
        }
        else if (returnKind is null)
        {
            Complain(Complaints.BadReturn, $"the wire has no result of type {method.ReturnType}");
            return null;
        }

        var deprecated = Find(method, "DeprecatedByAttribute");
        var aliases = Find(method, "ShellAliasAttribute");
        return new ActionModel(
            type.Name,
            method.Name,
            Named(daemon ?? library, "Name") ?? Names.ToSnakeCase(method.Name),
            (int?)daemon?.ConstructorArguments[0].Value,
            since is null ? "" : string.Join(".", since.ConstructorArguments.Select(a => a.Value)),
            Argument(Find(method, "FeatureGroupAttribute")),
            Argument(deprecated),
            deprecated is not null,
            Find(method, "ProgressAttribute") is not null,
            Find(method, "CancellableAttribute") is not null,
            Find(method, "ConfigOnlyAttribute") is not null,
            daemon is not null || Find(method, "BlockingAttribute") is not null,
            Find(method, "InternalActionAttribute") is not null,
            Find(method, "DebugActionAttribute") is not null,
            Find(method, "StateTestActionAttribute") is not null,
            Find(method, "NotInShellAttribute") is not null,
            new(aliases is null ? [] : [.. aliases.ConstructorArguments[0].Values.Select(v => (string)v.Value!)]),
            new(parameters),
            returnKind.Value,
            TypeName(method.ReturnType),
            returnStruct?.Name,
            Argument(returnStruct is null ? null : Find(returnStruct, "WireStructAttribute")),
            RoleOf(method.GetReturnTypeAttributes()),
            doc.WithoutParameters());
    }

    private static ParameterModel? ReadParameter(IParameterSymbol parameter, DocComment doc, Action<string, string> complain)
    {
        var optional = Find(parameter, "OptionalAttribute");
        var type = parameter.Type;
        if (optional is not null && type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }
        else if (optional is not null && parameter.NullableAnnotation != NullableAnnotation.Annotated)
        {
            complain(Complaints.NotNullable, $"the optional argument {parameter.Name} must be nullable");
        }

        var (kind, _) = KindOf(type);
        if (kind is null or WireKind.Dictionary or WireKind.Struct or WireKind.StructList or WireKind.UInt32 or WireKind.UInt64)
        {
            complain(Complaints.BadType, $"the wire has no argument of type {parameter.Type}");
            return null;
        }

        // A bit of the header says whether an optional argument is there; on the wire it is a plain string.
        if (kind == WireKind.OptionalString && optional is not null)
        {
            kind = WireKind.String;
        }

        var wireName = Argument(optional ?? Find(parameter, "ArgumentNameAttribute")) ?? parameter.Name.ToLowerInvariant();
        var role = RoleOf(parameter.GetAttributes());
        var text = doc.Parameter(parameter.Name);
        text = text.Length > 0 ? text : ParameterDoc.Of(role, kind.Value);
        if (text is null)
        {
            complain(Complaints.NoParameterDoc, $"the argument {parameter.Name} has no comment, and its role does not explain it");
        }

        return new ParameterModel(parameter.Name, wireName, TypeName(parameter.Type), kind.Value, role, optional is not null, text ?? "");
    }

    private static WireKind FieldKind(INamedTypeSymbol type, IParameterSymbol parameter, List<Complaint> complaints)
    {
        var isString = parameter.Type.SpecialType == SpecialType.System_String;
        if (isString && Find(parameter, "UuidAttribute") is not null)
        {
            return WireKind.Uuid;
        }

        if (parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            && nullable.TypeArguments[0].SpecialType == SpecialType.System_Single)
        {
            return WireKind.Percent;
        }

        var (kind, _) = KindOf(parameter.Type);
        var isField = kind is WireKind.Int or WireKind.Int64 or WireKind.UInt32 or WireKind.UInt64 or WireKind.Char or WireKind.String or WireKind.Bytes;
        if (!isField || (!isString && parameter.GetAttributes().Any(a => a.AttributeClass?.Name is "UuidAttribute" or "DeviceAttribute")))
        {
            complaints.Add(Complaints.At(parameter, Complaints.BadField, $"{type.Name}.{parameter.Name}: the wire has no such field of type {parameter.Type}"));
        }

        return kind ?? WireKind.String;
    }

    private static (WireKind? Kind, ITypeSymbol? Struct) KindOf(ITypeSymbol type)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean: return (WireKind.Bool, null);
            case SpecialType.System_Int32: return (WireKind.Int, null);
            case SpecialType.System_Int64: return (WireKind.Int64, null);
            case SpecialType.System_UInt32: return (WireKind.UInt32, null);
            case SpecialType.System_UInt64: return (WireKind.UInt64, null);
            case SpecialType.System_Char: return (WireKind.Char, null);
            case SpecialType.System_String:
                return (type.NullableAnnotation == NullableAnnotation.Annotated ? WireKind.OptionalString : WireKind.String, null);
        }

        if (type is IArrayTypeSymbol array)
        {
            return array.ElementType.SpecialType switch
            {
                SpecialType.System_String => (WireKind.StringList, null),
                SpecialType.System_Byte => (WireKind.Bytes, null),
                _ when Find(array.ElementType, "WireStructAttribute") is not null => (WireKind.StructList, array.ElementType),
                _ => (null, null),
            };
        }

        return type.Name switch
        {
            "IReadOnlyList" => (WireKind.StringList, null),
            "ReadOnlyMemory" => (WireKind.Bytes, null),
            "OrderedDictionary" => (WireKind.Dictionary, null),
            "IncomingFile" => (WireKind.FileIn, null),
            "OutgoingFile" => (WireKind.FileOut, null),
            _ when Find(type, "WireStructAttribute") is not null => (WireKind.Struct, type),
            _ => (null, null),
        };
    }

    private static Role RoleOf(IEnumerable<AttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            switch (attribute.AttributeClass?.Name)
            {
                case "PathnameAttribute": return Role.Pathname;
                case "DeviceAttribute": return Role.Device;
                case "MountableAttribute": return Role.Mountable;
                case "DeviceOrPathAttribute": return Role.DeviceOrPath;
                case "MountableOrPathAttribute": return Role.MountableOrPath;
                case "KeyAttribute": return Role.Key;
                case "GuidTextAttribute": return Role.GuidText;
                case "FilenameAttribute": return Role.Filename;
            }
        }

        return Role.Plain;
    }

    private static string TypeName(ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier));

    private static AttributeData? Find(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == Prefix + name);

    private static string? Argument(AttributeData? attribute) =>
        attribute is { ConstructorArguments.Length: > 0 } ? attribute.ConstructorArguments[0].Value as string : null;

    private static string? Named(AttributeData? attribute, string name) =>
        attribute?.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value as string;
}
