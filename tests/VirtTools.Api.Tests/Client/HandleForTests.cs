using System.Reflection;
using System.Reflection.Emit;
using VirtTools.Wire;

namespace VirtTools.Api.Tests.Client;

/// <summary>A handle without an appliance: it keeps what would be sent, and answers with bytes that the test supplies.</summary>
public abstract class HandleForTests : GuestActions
{
    private static readonly Lazy<Type> s_type = new(Derive);

    /// <summary>Messages of traced calls and results, when <see cref="IsTracing"/> is set.</summary>
    public List<string> Trace { get; } = [];

    public bool IsTracing { get; set; }

    internal Func<DaemonCall, ReadOnlyMemory<byte>> Reply { get; set; } = static _ => ReadOnlyMemory<byte>.Empty;

    /// <summary>Header and body of the last call, in hexadecimal digits.</summary>
    internal string LastMessage { get; private set; } = "";

    internal ulong LastBits { get; private set; }

    internal ActionDescriptor? LastLibraryAction { get; private set; }

    public static HandleForTests Create() => (HandleForTests)Activator.CreateInstance(s_type.Value)!;

    internal override DaemonCall NewCall(ActionDescriptor action) => new(this, action, IsTracing ? new CallTrace(action.Name) : null);

    internal override DaemonCall BeginLibraryAction(ActionDescriptor action)
    {
        LastLibraryAction = action;
        return NewCall(action);
    }

    internal override ReadOnlyMemory<byte> Invoke(DaemonCall call)
    {
        if (call.Trace is not null)
        {
            TraceCall(call.Trace);
        }

        using var writer = new XdrWriter();
        MessageHeader.ForCall((uint)call.Action.Procedure, Protocol.FirstSerial, 0, call.OptionalBits).Write(writer);
        LastMessage = Convert.ToHexString(writer.Written.Span) + Convert.ToHexString(call.Body.Written.Span);
        LastBits = call.OptionalBits;
        return Reply(call);
    }

    internal override Task<ReadOnlyMemory<byte>> InvokeAsync(DaemonCall call, CancellationToken cancellationToken) => Task.FromResult(Invoke(call));

    internal override GuestfsException BrokenReply(ActionDescriptor action, ProtocolException failure) =>
        new(action.Name, "EPROTO", failure.Message, failure);

    internal override void TraceCall(CallTrace trace) => Trace.Add(trace.Text);

    internal override void TraceResult(string text) => Trace.Add(text);

    /// <summary>
    /// Derives a class that refuses every action of the library, so that this file does not grow with the API. The assembly has the name of one
    /// that may see the internals.
    /// </summary>
    private static Type Derive()
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("VirtTools.Tests"), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("Handle").DefineType("HandleWithoutLibraryActions", TypeAttributes.Public, typeof(HandleForTests));
        var refuse = typeof(NotSupportedException).GetConstructor([])!;
        foreach (var method in typeof(HandleForTests).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic).Where(m => m.IsAbstract))
        {
            var body = type.DefineMethod(
                method.Name,
                (method.Attributes & ~(MethodAttributes.Abstract | MethodAttributes.NewSlot)) | MethodAttributes.Virtual,
                method.ReturnType,
                [.. method.GetParameters().Select(p => p.ParameterType)]).GetILGenerator();
            body.Emit(OpCodes.Newobj, refuse);
            body.Emit(OpCodes.Throw);
        }

        return type.CreateType();
    }
}
