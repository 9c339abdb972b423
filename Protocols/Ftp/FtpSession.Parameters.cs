using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Commands that ask about the server or set a transfer's parameters.</content>
internal sealed partial class FtpSession
{
    private const string Verbs =
        "ABOR ACCT ALLO APPE CDUP CLNT CSID CWD DELE EPRT EPSV FEAT HELP HOST LANG LIST MDTM MFF MFMT MKD "
        + "MLSD MLST MODE NLST NOOP OPTS PASS PASV PORT PWD QUIT REIN REST RETR RMD RNFR RNTO SITE SIZE STAT "
        + "STOR STOU STRU SYST TYPE USER XCUP XCWD XMKD XPWD XRMD";

    private bool _isAscii = true;
    private MlstFacts _facts = MlstFacts.All;
    private long _restart;

    private void ResetParameters()
    {
        _isAscii = true;
        _facts = MlstFacts.All;
        _restart = 0;
    }

    // These are answered before a login as well.
    private bool ExecuteInquiry(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (verb)
        {
            case FtpVerb.Noop:
                Reply(200, "Still here.", ref output);
                return true;
            case FtpVerb.Syst:
                if (IsBare(argument, ref output))
                {
                    Reply(215, "UNIX Type: L8", ref output);
                }
                return true;
            case FtpVerb.Help:
                OnHelp(argument, ref output);
                return true;
            case FtpVerb.Feat:
                if (IsBare(argument, ref output))
                {
                    TellFeatures(ref output);
                }
                return true;
            case FtpVerb.Opts:
                OnOpts(argument, ref output);
                return true;
            case FtpVerb.Lang:
                OnLang(argument, ref output);
                return true;
            case FtpVerb.Clnt:
                bool isNamed = !argument.IsEmpty;
                Reply(isNamed ? 200 : 501, isNamed ? "Noted." : "CLNT needs a name.", ref output);
                return true;
            case FtpVerb.Csid:
                Reply(200, "Name=Straightwire; OS=none; CaseSensitive=1; DirSep=/;", ref output);
                return true;
            default:
                return false;
        }
    }

    private bool ExecuteParameter(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (verb)
        {
            case FtpVerb.Type:
                OnType(argument, ref output);
                return true;
            case FtpVerb.Stru:
                OnLetter(argument, 'F', "RP", "files (F)", ref output);
                return true;
            case FtpVerb.Mode:
                OnLetter(argument, 'S', "BCZ", "a stream (S)", ref output);
                return true;
            case FtpVerb.Rest:
                OnRest(argument, ref output);
                return true;
            case FtpVerb.Allo:
                OnAllo(argument, ref output);
                return true;
            case FtpVerb.Site:
                OnSite(argument, ref output);
                return true;
            default:
                return false;
        }
    }

    // RFC 959 §3.1.1: A and I, with N as A's only format, and L with bytes of 8 bits, which is I.
    private void OnType(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        Span<byte> type = stackalloc byte[8];
        if (argument.Length is 0 or > 8)
        {
            Reply(501, "TYPE needs A, I or L 8.", ref output);
            return;
        }
        Ascii.ToUpper(argument, type, out int length);
        switch (Encoding.Latin1.GetString(type[..length]))
        {
            case "A" or "A N":
                _isAscii = true;
                Reply(200, "Text, lines end with CRLF.", ref output);
                break;
            case "I" or "L 8":
                _isAscii = false;
                Reply(200, "Bytes as they are.", ref output);
                break;
            case "A T" or "A C" or "E" or "E N" or "E T" or "E C" or ['L', ' ', >= '1' and <= '9', ..]:
                Reply(504, "That type is not implemented: A, I or L 8.", ref output);
                break;
            default:
                Reply(501, "TYPE needs A, I or L 8.", ref output);
                break;
        }
    }

    private void OnLetter(
        ReadOnlySpan<byte> argument, char known, string defined, string meaning, ref StreamOutput output)
    {
        char letter = argument.Length == 1 ? char.ToUpperInvariant((char)argument[0]) : '\0';
        if (letter == known)
        {
            Reply(200, $"It is {meaning}.", ref output);
        }
        else if (letter != '\0' && defined.Contains(letter, StringComparison.Ordinal))
        {
            Reply(504, $"Only {meaning} is implemented.", ref output);
        }
        else
        {
            Reply(501, "One letter is needed.", ref output);
        }
    }

    private void OnRest(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        // RFC 3659 §5: decimal digits; what does not fit 63 bits is no offset of any file.
        if (argument.Length is > 0 and <= 19
            && argument.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            _restart = offset;
            Reply(350, $"The next transfer begins at {offset}.", ref output);
        }
        else
        {
            Reply(501, "REST needs a number of bytes below 2^63.", ref output);
        }
    }

    private void OnAllo(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        int digits = argument.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        bool isRight = argument.Length > 0 && digits != 0
            && (digits < 0 || IsRecordSize(argument[digits..]));
        bool isTooLarge = isRight && DecimalOf(argument[..(digits < 0 ? argument.Length : digits)])
            > _user!.Owner.FileBytesMax;
        (int code, string text) = !isRight ? (501, "ALLO needs a number of bytes.")
            : isTooLarge ? FaultOf(ChangeResult.TooLarge)
            : (202, "Nothing needs to be allocated.");
        Reply(code, text, ref output);
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

    private void OnHelp(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (argument.IsEmpty)
        {
            string[] words = Verbs.Split(' ');
            List<string> lines = ["These commands are known:"];
            lines.AddRange(words.Chunk(12).Select(row => string.Join(' ', row)));
            lines.Add("End.");
            ReplyLines(214, lines.ToArray(), ref output);
        }
        else if (FtpCommand.Parse(argument, out _) is var verb && verb != FtpVerb.Unknown
            && Encoding.ASCII.GetString(FtpCommand.NameOf(verb)) is var name
            && Verbs.Contains(name, StringComparison.Ordinal))
        {
            Reply(214, $"{name} is as in RFC 959, 2389, 2428, 3659 or 7151.", ref output);
        }
        else
        {
            Reply(502, "That command is not known.", ref output);
        }
    }

    // RFC 2389 §3.2: each feature on a line that begins with a blank.
    private void TellFeatures(ref StreamOutput output)
    {
        Span<byte> names = stackalloc byte[128];
        string facts = Encoding.ASCII.GetString(
            names[..ListingFormat.WriteFactNames(_facts, forFeat: true, names)]);
        ReplyLines(
            211,
            [
                "Extensions:", "CLNT", "CSID", "EPRT", "EPSV", "HOST", "LANG EN*", "MDTM",
                "MFF Modify;", "MFMT", "MLST " + facts, "PASV", "REST STREAM", "SIZE", "TVFS", "UTF8", "End",
            ],
            ref output);
    }

    private void OnOpts(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        int space = argument.IndexOf((byte)' ');
        ReadOnlySpan<byte> name = space < 0 ? argument : argument[..space];
        ReadOnlySpan<byte> value = space < 0 ? [] : argument[(space + 1)..];
        if (Ascii.EqualsIgnoreCase(name, "UTF8"u8) || Ascii.EqualsIgnoreCase(name, "UTF-8"u8))
        {
            bool isOn = value.IsEmpty || Ascii.EqualsIgnoreCase(value, "ON"u8);
            Reply(isOn ? 200 : 504, isOn ? "Names are UTF-8." : "Names are always UTF-8.", ref output);
        }
        else if (Ascii.EqualsIgnoreCase(name, "MLST"u8)
            && ListingFormat.TryParseFacts(value, out MlstFacts facts))
        {
            _facts = facts;
            Span<byte> names = stackalloc byte[128];
            int length = ListingFormat.WriteFactNames(facts, forFeat: false, names);
            string chosen = Encoding.ASCII.GetString(names[..length]);
            Reply(200, ("MLST OPTS " + chosen).TrimEnd(), ref output);
        }
        else
        {
            Reply(501, "OPTS knows UTF8 ON and MLST.", ref output);
        }
    }

    private void OnLang(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        // RFC 2640 §4.1.
        bool isKnown = argument.IsEmpty || Ascii.EqualsIgnoreCase(argument, "EN"u8)
            || (argument.Length > 3 && Ascii.EqualsIgnoreCase(argument[..3], "EN-"u8));
        Reply(isKnown ? 200 : 504, "Replies are in English.", ref output);
    }

    private void TellStatus(ref StreamOutput output)
    {
        string transfer = _waiting == Waiting.Transfer
            ? string.Create(CultureInfo.InvariantCulture, $"In transfer: {_data?.Bytes ?? 0} bytes so far")
            : "No transfer is under way";
        ReplyLines(
            211,
            [
                "Straightwire FTP",
                $"Connected from {_flow.RemoteAddress}",
                _user is null ? "Not logged in" : $"Logged in as {_user.Name}",
                $"TYPE {(_isAscii ? "A N" : "I")}, STRU F, MODE S",
                transfer,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_downloadBytes} bytes sent and {_uploadBytes} received in this session"),
                "End",
            ],
            ref output);
    }
}
