using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Ftp;

/// <summary>Answers that depend on a command's argument alone: HELP, LANG, CLNT, ACCT, ALLO.</summary>
internal static class Inquiries
{
    private static readonly FtpReply Commands = new(
        214,
        "These commands are known:\n"
        + string.Join('\n', FtpCommand.Names.Chunk(12).Select(row => string.Join(' ', row)))
        + "\nEnd.");

    /// <summary>HELP: of a command, or which there are.</summary>
    public static FtpReply OnHelp(ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty)
        {
            return Commands;
        }
        FtpVerbRule rule = FtpCommand.RuleOf(FtpCommand.Parse(argument, out _));
        return rule.Has(VerbTraits.Refused)
            ? new(502, "That command is not known.")
            : new(214, $"{rule.Name} is as in RFC 959, 2389, 2428, 3659 or 7151.");
    }

    /// <summary>LANG (RFC 2640 §4.1): there is one.</summary>
    public static FtpReply OnLang(ReadOnlySpan<byte> argument)
    {
        bool isKnown = argument.IsEmpty || Ascii.EqualsIgnoreCase(argument, "EN"u8)
            || (argument.Length > 3 && Ascii.EqualsIgnoreCase(argument[..3], "EN-"u8));
        return new(isKnown ? 200 : 504, "Replies are in English.");
    }

    /// <summary>CLNT: a client tells its name.</summary>
    public static FtpReply OnClnt(ReadOnlySpan<byte> argument) =>
        argument.IsEmpty ? new(501, "CLNT needs a name.") : new(200, "Noted.");

    /// <summary>ACCT: nobody has to tell one.</summary>
    public static FtpReply OnAcct(ReadOnlySpan<byte> argument) =>
        new(argument.IsEmpty ? 501 : 202, "Accounts are not needed.");

    /// <summary>
    /// ALLO: there is room for a file of so many bytes, unless it is more than the user's may have.
    /// </summary>
    public static FtpReply OnAllo(ReadOnlySpan<byte> argument, long fileBytesMax)
    {
        int digits = argument.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (argument.IsEmpty || digits == 0 || (digits > 0 && !IsRecordSize(argument[digits..])))
        {
            return new(501, "ALLO needs a number of bytes.");
        }
        return DecimalOf(digits < 0 ? argument : argument[..digits]) > fileBytesMax
            ? FtpReply.Of(ChangeResult.TooLarge)
            : new(202, "Nothing needs to be allocated.");
    }

    // What does not fit 63 bits is larger than any file.
    private static long DecimalOf(ReadOnlySpan<byte> digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : long.MaxValue;

    // RFC 959 §4.1.3: "ALLO 100 R 10".
    private static bool IsRecordSize(ReadOnlySpan<byte> text) =>
        text.StartsWith(" R "u8) && text.Length > 3
        && !text[3..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
