using System.CommandLine;
using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.CommandLine;

/// <summary>
/// Commands and options that nobody knows, found before the parser takes them for a directory, and what
/// follows them for something else.
/// </summary>
internal static class Misspelling
{
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "/h", "--version"];

    /// <summary>What is wrong with the first of them, and what was meant; null: nothing is.</summary>
    public static string? Find(RootCommand root, IReadOnlyList<string> arguments)
    {
        Option[] options = [.. root.Options.Concat(root.Subcommands.SelectMany(c => c.Options)).Distinct()];
        string[] names = [.. options.SelectMany(o => o.Aliases.Append(o.Name)).Concat(Help)];
        string[] commands = [.. root.Subcommands.Select(command => command.Name)];
        bool isFirstWord = true;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            string name = argument.Split('=', ':')[0];
            if (!argument.StartsWith('-') || argument.Length == 1)
            {
                bool isUnknown = isFirstWord && !commands.Contains(argument);
                if (isUnknown && CommandFault(argument, commands) is { } fault)
                {
                    return fault;
                }
                isFirstWord = false;
            }
            else if (!names.Contains(name) && !IsBundled(argument, names))
            {
                return $"unknown option {name}{Suggestions.Among(name, names.Where(n => n.Length > 2))}";
            }
            else if (name == argument && options.Any(o => TakesValue(o) && IsCalled(o, name)))
            {
                i++;
            }
        }
        return null;
    }

    /// <summary>The word would be the directory: when there is none, it may be a command.</summary>
    private static string? CommandFault(string word, string[] commands)
    {
        string meant = word.Contains('/') || ContentDirectory.Exists(word) || File.Exists(word)
            ? ""
            : Suggestions.Among(word, commands);
        return meant.Length == 0 ? null : $"{word} is no command and no directory that is here{meant}";
    }

    /// <summary>Whether it is a value written to its option: -cFILE.</summary>
    private static bool IsBundled(string argument, string[] names) =>
        argument.Length > 2 && argument[1] != '-' && names.Contains(argument[..2]);

    private static bool IsCalled(Option option, string name) =>
        option.Name == name || option.Aliases.Contains(name);

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool);
}
