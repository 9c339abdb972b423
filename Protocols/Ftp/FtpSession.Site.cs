using System.Text;

namespace Straightwire.Protocols.Ftp;

/// <content>
/// SITE (RFC 959 §4.1.3), as far as clients that mirror ask for it, and MFF (draft-somers-ftp-mfxx-04 §6).
/// </content>
internal sealed partial class FtpSession
{
    private const int TimesOfUtime = 3;

    // YYYYMMDDHHMM, as SITE UTIME may have it.
    private const int TimeWithoutSeconds = 12;

    private FtpReply? OnSite(ReadOnlySpan<byte> argument)
    {
        ReadOnlySpan<byte> name = FirstWord(argument, out ReadOnlySpan<byte> rest);
        if (argument.IsEmpty)
        {
            return new(501, "SITE needs a command: HELP.");
        }
        if (Ascii.EqualsIgnoreCase(argument, "HELP"u8))
        {
            return new(214, "SITE knows CHMOD, HELP and UTIME.");
        }
        if (Ascii.EqualsIgnoreCase(name, "CHMOD"u8))
        {
            return OnChmod(rest);
        }
        return Ascii.EqualsIgnoreCase(name, "UTIME"u8)
            ? OnUtime(rest)
            : new(502, "That SITE command is not implemented.");
    }

    // Permissions are the server's, and all that is served may be read. Who mirrors sets them for every file,
    // to what they are: RFC 959 §4.2.2 has a positive reply for what is superfluous.
    private FtpReply OnChmod(ReadOnlySpan<byte> argument)
    {
        ReadOnlySpan<byte> mode = FirstWord(argument, out ReadOnlySpan<byte> name);
        if (mode.Length is < 3 or > 4 || mode.ContainsAnyExceptInRange((byte)'0', (byte)'7'))
        {
            return new(501, "SITE CHMOD needs three or four octal digits and a path.");
        }
        if (Resolve(name, FtpRights.Write, out string path) is { } fault)
        {
            return fault;
        }
        string contentPath = ToContent(path);
        return HasFile(contentPath) || Service.FindDirectory(contentPath) is not null
            ? new(202, "Permissions are the server's and stay.")
            : NothingThere;
    }

    // "SITE UTIME time path", or "SITE UTIME path read modified changed UTC".
    private FtpReply? OnUtime(ReadOnlySpan<byte> argument)
    {
        ReadOnlySpan<byte> time = FirstWord(argument, out ReadOnlySpan<byte> name);
        bool isRight = TryReadTime(time, out long seconds) && !name.IsEmpty;
        if (argument.EndsWith(" UTC"u8)
            && TryReadTimes(argument[..^4], out ReadOnlySpan<byte> named, out long modified))
        {
            name = named;
            (seconds, isRight) = (modified, true);
        }
        return isRight
            ? SetModified(name, seconds, new(200, "The time is set."))
            : new(501, "SITE UTIME needs YYYYMMDDHHMM[SS] and a path.");
    }

    private FtpReply? OnMff(ReadOnlySpan<byte> argument)
    {
        ReadOnlySpan<byte> facts = FirstWord(argument, out ReadOnlySpan<byte> name);
        const int Prefix = 7;
        if (facts.Length <= Prefix + 1 || facts[^1] != (byte)';')
        {
            return new(501, "MFF needs facts with their semicolons and a path.");
        }
        if (!Ascii.EqualsIgnoreCase(facts[..Prefix], "Modify="u8) || facts[..^1].Contains((byte)';'))
        {
            return new(504, "MFF knows Modify only.");
        }
        return FtpTime.TryParse(facts[Prefix..^1], out long seconds)
            ? SetModified(name, seconds)
            : new(501, "Modify is YYYYMMDDHHMMSS.");
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
