using System.Reflection;
using System.Text.Json;
using VirtTools.Api.Tests.Facts;

namespace VirtTools.Api.Tests.Declarations;

public sealed class ActionDeclarationTests
{
    public static TheoryData<string> Names => new(ActionTable.All.Select(a => a.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Declaration_says_what_the_facts_say(string name)
    {
        var action = ActionTable.Find(name)!;

        Assert.Equal(ActionText.Of(FactFile.Actions[name]), ActionText.Of(action));
    }

    [Fact]
    public void Procedure_numbers_are_those_of_the_original()
    {
        var numbers = FactFile.Read("procs").GetProperty("table").EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("nr").GetInt32());

        var wrong = ActionTable.All.Where(a => a.IsDaemonAction != numbers.ContainsKey(a.Name) || a.Procedure != numbers.GetValueOrDefault(a.Name));

        Assert.Empty(wrong.Select(a => a.Name));
    }

    [Fact]
    public void Feature_groups_hold_the_same_actions_as_in_the_original()
    {
        var groups = FactFile.Read("optgroups").GetProperty("groups").EnumerateObject()
            .SelectMany(group => group.Value.GetProperty("functions").EnumerateArray().Select(f => (Action: f.GetString()!, Group: group.Name)))
            .ToDictionary(pair => pair.Action, pair => pair.Group);

        var daemon = ActionTable.All.Where(a => a.IsDaemonAction).ToArray();

        Assert.All(daemon, action => Assert.Equal(groups.GetValueOrDefault(action.Name), action.Group));
    }

    [Fact]
    public void Actions_that_others_are_replaced_by_are_known_to_the_original()
    {
        var replacements = ActionTable.All.Select(a => a.DeprecatedBy).OfType<string>();

        Assert.All(replacements, name => Assert.Contains(name, FactFile.Actions.Keys));
    }

    [Fact]
    public void Names_of_methods_follow_from_the_names_of_the_manual()
    {
        static string Pascal(string name) => string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

        Assert.All(ActionTable.All, action => Assert.Equal(Pascal(action.Name), action.MethodName));
    }

    [Fact]
    public void Every_action_is_a_method_and_those_that_block_have_an_asynchronous_one()
    {
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var methods = typeof(GuestActions).GetMethods(Flags).ToLookup(m => m.Name);

        foreach (var action in ActionTable.All)
        {
            Assert.All(methods[action.MethodName], m => Assert.Equal(action.IsInternal, m.IsAssembly));
            Assert.Equal(action.HasFileIn || action.HasFileOut ? 2 : 1, methods[action.MethodName].Count());
            Assert.Equal(action.IsBlocking, methods.Contains(action.MethodName + "Async"));
            Assert.All(methods[action.MethodName + "Async"], m => Assert.Equal(typeof(CancellationToken), m.GetParameters()[^1].ParameterType));
        }
    }

    [Fact]
    public void Optional_arguments_are_nullable_properties_that_are_set_once()
    {
        var assembly = typeof(GuestActions).Assembly;

        foreach (var action in ActionTable.All.Where(a => a.OptionalCount > 0))
        {
            var record = assembly.GetType($"VirtTools.{action.MethodName}Options")!;
            var properties = record.GetProperties().Select(p => p.Name.ToLowerInvariant());
            Assert.Equal(action.Parameters.Where(p => p.IsOptional).Select(p => p.Name), properties);
            Assert.All(record.GetProperties(), p => Assert.Null(p.GetValue(Activator.CreateInstance(record))));
        }
    }

    [Fact]
    public void Steps_that_prepare_the_original_s_test_cases_are_declared()
    {
        var steps = FactFile.Read("conformance").EnumerateArray()
            .Where(test => test.TryGetProperty("fish", out _))
            .SelectMany(test => test.GetProperty("fish").Items("init"))
            .Select(line => line.GetString()!.Split(' ')[0].Replace('-', '_'))
            .Distinct();

        Assert.All(steps, step => Assert.NotNull(ActionTable.Find(step)));
    }

    [Fact]
    public void Unknown_names_are_not_found() => Assert.Null(ActionTable.Find("no_such_action"));
}
