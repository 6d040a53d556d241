namespace VirtTools.Posix;

/// <summary>Finds programs as execvp(3) does.</summary>
internal static class ProgramPath
{
    /// <summary>PATH of a cron job, for when there is none.</summary>
    private const string DefaultPath = "/usr/bin:/bin";

    /// <summary>The path of a program; a name without a slash is looked up on PATH of <paramref name="environment"/>, or of our own.</summary>
    /// <returns>Null where PATH has no such program. A name with a slash is returned as it is.</returns>
    public static string? Find(string name, IReadOnlyList<string>? environment = null)
    {
        if (name.Contains('/'))
        {
            return name;
        }

        foreach (var folder in SearchPath(environment).Split(':'))
        {
            var path = folder.Length == 0 ? name : $"{folder}/{name}";
            if (Descriptors.IsProgram(path))
            {
                return folder.Length == 0 ? "./" + name : path;
            }
        }

        return null;
    }

    private static string SearchPath(IReadOnlyList<string>? environment)
    {
        const string Variable = "PATH=";
        var path = environment is null
            ? ProcessEnvironment.Get("PATH")
            : environment.FirstOrDefault(entry => entry.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
        return string.IsNullOrEmpty(path) ? DefaultPath : path;
    }
}
