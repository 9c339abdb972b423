using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Passwords;

namespace Straightwire.Appliance.CommandLine;

/// <summary>
/// `straightwire hash-password`: reads a password and prints what the configuration keeps of it.
/// </summary>
/// <param name="output">Where the hash goes.</param>
/// <param name="error">Where prompts and faults go.</param>
public sealed class HashPassword(TextWriter output, TextWriter error)
{
    /// <summary>Characters of the longest password that is taken.</summary>
    public const int PasswordLengthMax = 256;

    /// <summary>Reads a line without asking: the input is a file or a pipe.</summary>
    public int Run(TextReader input) => Print(input.ReadLine());

    /// <summary>
    /// Asks twice. <paramref name="readHidden"/> reads a line that the terminal does not show, null at the
    /// input's end.
    /// </summary>
    public int Ask(Func<string?> readHidden)
    {
        string? password = Ask("Password: ", readHidden);
        if (password is not null && Ask("Again: ", readHidden) != password)
        {
            error.WriteLine("straightwire: the two are not the same");
            return ExitCode.Usage;
        }
        return Print(password);
    }

    /// <summary>A line from the terminal, which shows nothing of it.</summary>
    public static string? ReadHidden()
    {
        var line = new List<char>();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key)
            {
                case { Key: ConsoleKey.Enter } or { KeyChar: '\r' or '\n' }:
                    return new string([.. line]);
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when line.Count == 0:
                    return null;
                case { Key: ConsoleKey.Backspace }:
                    line.RemoveRange(Math.Max(0, line.Count - 1), Math.Min(1, line.Count));
                    break;
                default:
                    if (!char.IsControl(key.KeyChar) && line.Count <= PasswordLengthMax)
                    {
                        line.Add(key.KeyChar);
                    }
                    break;
            }
        }
    }

    private string? Ask(string prompt, Func<string?> readHidden)
    {
        error.Write(prompt);
        string? line = readHidden();
        error.WriteLine();
        return line;
    }

    private int Print(string? password)
    {
        // A command line of FTP carries no control characters, so that no client could send such a password.
        if (string.IsNullOrEmpty(password) || password.Length > PasswordLengthMax
            || password.Any(char.IsControl))
        {
            error.WriteLine($"straightwire: a password has 1 to {PasswordLengthMax} characters, none of them"
                + " a control character");
            return ExitCode.Usage;
        }
        output.WriteLine(PasswordHash.Create(password));
        return ExitCode.Ok;
    }
}
