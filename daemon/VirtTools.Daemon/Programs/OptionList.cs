using System.Globalization;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Programs;

/// <summary>Options of a program, made from optional arguments of an action: what was not given leaves no trace.</summary>
internal sealed class OptionList
{
    private readonly List<string> _words = [];
    private readonly Dictionary<string, int> _lists = []; // option to the position of its comma list

    /// <summary>What to put on the command line.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>An option without a value, when the argument is true.</summary>
    public void Flag(string option, bool? value)
    {
        if (value == true)
        {
            _words.Add(option);
        }
    }

    /// <summary>An option with a text.</summary>
    public void Text(string option, string? value)
    {
        if (value is not null)
        {
            _words.AddRange([option, value]);
        }
    }

    /// <summary>An option with one of some words.</summary>
    /// <exception cref="DaemonException">EINVAL: another one.</exception>
    public void Word(string option, string argument, string? value, params ReadOnlySpan<string> allowed)
    {
        if (value is not null && !allowed.Contains(value))
        {
            throw new DaemonException("EINVAL", $"{argument}: '{value}' is not one of: {string.Join(", ", allowed!)}");
        }

        Text(option, value);
    }

    /// <summary>An option with a number.</summary>
    /// <param name="suffix">A unit behind it.</param>
    /// <exception cref="DaemonException">EINVAL: less than <paramref name="least"/>.</exception>
    public void Number(string option, string argument, long? value, long least, string suffix = "")
    {
        if (value is { } number)
        {
            _words.AddRange([option, Checked(argument, number, least) + suffix]);
        }
    }

    /// <summary>An option with a comma list of settings: all that are given come into one list, because some programs heed only the last of several.</summary>
    public void Setting(string option, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (_lists.TryGetValue(option, out var position))
        {
            _words[position] += "," + value;
            return;
        }

        Text(option, value);
        _lists.Add(option, _words.Count - 1);
    }

    /// <summary>An option with a comma list, of which one setting is <c>NAME=number</c>.</summary>
    /// <exception cref="DaemonException">EINVAL: less than <paramref name="least"/>.</exception>
    public void Setting(string option, string name, string argument, long? value, long least) =>
        Setting(option, value is { } number ? $"{name}={Checked(argument, number, least)}" : null);

    private static string Checked(string argument, long number, long least) => number >= least
        ? number.ToString(CultureInfo.InvariantCulture)
        : throw new DaemonException("EINVAL", $"{argument}: {number} is less than {least}");
}
