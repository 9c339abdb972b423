using System.Text;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>
/// SITE (RFC 959 §4.1.3), as far as clients that mirror ask for it, and MFF (draft-somers-ftp-mfxx-04 §6).
/// </content>
internal sealed partial class FtpSession
{
    private const int TimesOfUtime = 3;

    // YYYYMMDDHHMM, as SITE UTIME may have it.
    private const int TimeWithoutSeconds = 12;

    private void OnSite(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        ReadOnlySpan<byte> name = FirstWord(argument, out ReadOnlySpan<byte> rest);
        if (argument.IsEmpty)
        {
            Reply(501, "SITE needs a command: HELP.", ref output);
        }
        else if (Ascii.EqualsIgnoreCase(argument, "HELP"u8))
        {
            Reply(214, "SITE knows CHMOD, HELP and UTIME.", ref output);
        }
        else if (Ascii.EqualsIgnoreCase(name, "CHMOD"u8))
        {
            OnChmod(rest, ref output);
        }
        else if (Ascii.EqualsIgnoreCase(name, "UTIME"u8))
        {
            OnUtime(rest, ref output);
        }
        else
        {
            Reply(502, "That SITE command is not implemented.", ref output);
        }
    }

    // Permissions are the server's, and all that is served may be read. Who mirrors sets them for every file,
    // to what they are: RFC 959 §4.2.2 has a positive reply for what is superfluous.
    private void OnChmod(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        ReadOnlySpan<byte> mode = FirstWord(argument, out ReadOnlySpan<byte> name);
        if (mode.Length is < 3 or > 4 || mode.ContainsAnyExceptInRange((byte)'0', (byte)'7'))
        {
            Reply(501, "SITE CHMOD needs three or four octal digits and a path.", ref output);
        }
        else if (TryResolve(name, FtpRights.Write, ref output, out string path))
        {
            string contentPath = ToContent(path);
            bool isThere = HasFile(contentPath) || _service.FindDirectory(contentPath) is not null;
            Reply(
                isThere ? 202 : 550,
                isThere ? "Permissions are the server's and stay." : "There is no such file or directory.",
                ref output);
        }
    }

    // "SITE UTIME time path", or "SITE UTIME path read modified changed UTC".
    private void OnUtime(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        ReadOnlySpan<byte> time = FirstWord(argument, out ReadOnlySpan<byte> name);
        bool isRight = TryReadTime(time, out long seconds) && !name.IsEmpty;
        if (argument.EndsWith(" UTC"u8)
            && TryReadTimes(argument[..^4], out ReadOnlySpan<byte> named, out long modified))
        {
            name = named;
            (seconds, isRight) = (modified, true);
        }
        if (isRight)
        {
            SetModified(name, seconds, 200, "", ref output);
        }
        else
        {
            Reply(501, "SITE UTIME needs YYYYMMDDHHMM[SS] and a path.", ref output);
        }
    }

    private void OnMff(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        ReadOnlySpan<byte> facts = FirstWord(argument, out ReadOnlySpan<byte> name);
        const int Prefix = 7;
        if (facts.Length <= Prefix + 1 || facts[^1] != (byte)';')
        {
            Reply(501, "MFF needs facts with their semicolons and a path.", ref output);
        }
        else if (!Ascii.EqualsIgnoreCase(facts[..Prefix], "Modify="u8)
            || facts[..^1].Contains((byte)';'))
        {
            Reply(504, "MFF knows Modify only.", ref output);
        }
        else if (!FtpTime.TryParse(facts[Prefix..^1], out long seconds))
        {
            Reply(501, "Modify is YYYYMMDDHHMMSS.", ref output);
        }
        else
        {
            SetModified(name, seconds, 213, "Modify=", ref output);
        }
    }

    private static bool TryReadTimes(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out long modified)
    {
        modified = 0;
        name = text;
        for (int i = 0; i < TimesOfUtime; i++)
        {
            int space = name.LastIndexOf((byte)' ');
            if (space <= 0 || !TryReadTime(name[(space + 1)..], out long seconds))
            {
                return false;
            }
            modified = i == 1 ? seconds : modified;
            name = name[..space];
        }
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out long seconds)
    {
        Span<byte> whole = stackalloc byte[FtpTime.Length];
        whole.Fill((byte)'0');
        if (text.Length != TimeWithoutSeconds)
        {
            return FtpTime.TryParse(text, out seconds);
        }
        text.CopyTo(whole);
        return FtpTime.TryParse(whole, out seconds);
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        int space = text.IndexOf((byte)' ');
        rest = space < 0 ? default : text[(space + 1)..];
        return space < 0 ? text : text[..space];
    }
}
