using System.Reflection;
using VirtTools.Dispatch;

namespace VirtTools.GuestTests.Conformance;

/// <summary>Which actions are carried out: those declared here that the daemon's code overrides, or the library's.</summary>
internal static class CarriedOut
{
    private static readonly HashSet<string> DaemonMethods =
    [
        .. Assembly.Load("virttoolsd").GetTypes()
            .Where(type => !type.IsAbstract && type.BaseType?.Assembly == typeof(ActionDispatcher).Assembly)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Select(method => method.Name),
    ];

    /// <summary>Why the action is not carried out; null where it is.</summary>
    public static string? WhyNot(string action) => ActionTable.Find(action) switch
    {
        null => $"{action} is not declared",
        { IsDaemonAction: true } declared when !DaemonMethods.Contains(declared.MethodName) => $"{action} is not carried out by the daemon",
        _ => null,
    };
}
