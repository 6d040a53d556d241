using System.Reflection;

namespace VirtTools.Api.Tests.Client;

/// <summary>The generated client against the generated dispatch: what goes in at one end comes out at the other, for every action of the daemon.</summary>
public sealed class LoopbackTests
{
    public static TheoryData<string> Names => new(ActionTable.All.Where(a => a.IsDaemonAction).Select(a => a.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Arguments_and_results_arrive_as_they_were_sent(string name)
    {
        var action = ActionTable.Find(name)!;
        for (var seed = 1; seed <= 6; seed++)
        {
            var samples = new Samples(action, seed);
            var call = Call(action, samples, seed);

            Assert.Equal(action.MethodName, call.Method!.Name);
            for (var i = 0; i < action.Parameters.Count; i++)
            {
                if (action.Parameters[i].Kind is not (WireKind.FileIn or WireKind.FileOut))
                {
                    Assert.Equal(Comparable(samples.Expected(i)), Comparable(call.Arguments[i]));
                }
            }

            var expected = Comparable(Translated(action, Samples.Result(call.Method.ReturnType, seed)));
            Assert.Equal(expected, Comparable(call.Result));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Checks_follow_the_roles_of_the_arguments(string name)
    {
        var action = ActionTable.Find(name)!;
        var roles = action.Parameters.Where(p => p.Role is not (ValueRole.Plain or ValueRole.Key or ValueRole.GuidText)).ToArray();
        var expected = roles.SelectMany(p => Enumerable.Repeat($"{p.Role} {p.Name}", p.Kind == WireKind.StringList ? 2 : 1));
        if (roles.Any(p => p.Role == ValueRole.Pathname))
        {
            expected = expected.Append("root");
        }

        var call = Call(action, new Samples(action, 1), 1);

        Assert.Equal(expected, call.Checks);
    }

    [Fact]
    public void A_procedure_that_nobody_declared_is_not_dispatched()
    {
        using var daemon = new LoopbackDaemon([], 0, (_, _) => null);

        Assert.False(daemon.Run(4));
    }

    private static (MethodInfo? Method, object?[] Arguments, object? Result, List<string> Checks) Call(ActionDescriptor action, Samples samples, int seed)
    {
        MethodInfo? method = null;
        object?[] arguments = [];
        List<string> checks = [];
        var handle = HandleForTests.Create();
        handle.Reply = call =>
        {
            using var daemon = new LoopbackDaemon(call.Body.Written.ToArray(), call.OptionalBits, (called, values) =>
            {
                (method, arguments) = (called, values);
                return Samples.Result(called.ReturnType, seed);
            });
            Assert.True(daemon.Run(action.Procedure));
            checks.AddRange(daemon.Checks);
            return daemon.Reply;
        };

        var result = ActionInvoker.Invoke(handle, action.Name, samples);
        return (method, arguments, result, checks);
    }

    /// <summary>What the dispatch makes of a result that names devices.</summary>
    private static object? Translated(ActionDescriptor action, object? result) => (action.Result.Role, result) switch
    {
        (ValueRole.Device or ValueRole.Mountable, string text) => "reversed " + text,
        (ValueRole.Device or ValueRole.Mountable, string[] texts) => texts.Select(t => "reversed " + t).ToArray(),
        (_, LvmPv[] volumes) => volumes.Select(v => v with { PvName = "reversed " + v.PvName }).ToArray(),
        _ => result,
    };

    /// <summary>Arrays inside records compare by their content.</summary>
    private static object? Comparable(object? value) => value switch
    {
        ReadOnlyMemory<byte> memory => Convert.ToHexString(memory.Span),
        byte[] bytes => Convert.ToHexString(bytes),
        Xattr[] attributes => attributes.Select(a => $"{a.Attrname} {Convert.ToHexString(a.Attrval)}").ToArray(),
        IEnumerable<string> texts => texts.ToArray(),
        IEnumerable<KeyValuePair<string, string>> pairs => pairs.ToArray(),
        _ => value,
    };
}
