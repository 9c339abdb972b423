using System.Text;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// The commands that have a meaning of their own, known by their names of RFC 959, 775, 1639, 2228, 2389,
/// 2428, 2640, 3659 and 7151, and by those in use without one.
/// </summary>
internal enum FtpVerb
{
    Unknown,
    User,
    Pass,
    Acct,
    Cwd,
    Cdup,
    Smnt,
    Quit,
    Rein,
    Port,
    Pasv,
    Type,
    Stru,
    Mode,
    Retr,
    Stor,
    Stou,
    Appe,
    Allo,
    Rest,
    Rnfr,
    Rnto,
    Abor,
    Dele,
    Rmd,
    Mkd,
    Pwd,
    List,
    Nlst,
    Site,
    Syst,
    Stat,
    Help,
    Noop,
    Feat,
    Opts,
    Eprt,
    Epsv,
    Lang,
    Mdtm,
    Mfmt,
    Mff,
    Mlst,
    Mlsd,
    Size,
    Host,
    Clnt,
    Csid,
    Auth,
    Pbsz,
    Prot,
    Ccc,
    Adat,
    Mic,
    Conf,
    Enc,
}

/// <summary>A command line, taken apart.</summary>
internal static class FtpCommand
{
    private const int NameBytes = 4;

    // In the order of FtpVerb, filled up to four bytes.
    private static ReadOnlySpan<byte> Names =>
        "    USERPASSACCTCWD CDUPSMNTQUITREINPORTPASVTYPESTRUMODERETRSTORSTOUAPPEALLORESTRNFRRNTOABORDELE"u8
        + "RMD MKD PWD LISTNLSTSITESYSTSTATHELPNOOPFEATOPTSEPRTEPSVLANGMDTMMFMTMFF MLSTMLSDSIZEHOSTCLNTCSID"u8
        + "AUTHPBSZPROTCCC ADATMIC CONFENC "u8;

    // RFC 775, and RFC 1123 §4.1.3.1, which asks for them beside the names of RFC 959.
    private static ReadOnlySpan<byte> Aliases => "XCWDCWD XCUPCDUPXMKDMKD XPWDPWD XRMDRMD "u8;

    /// <summary>
    /// Tells which command a line is, in any case (RFC 959 §5.3).
    /// </summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="argument">What stands behind the one space that ends the name, every further blank with
    /// it, for names of files may begin and end with some; empty when there is none.</param>
    public static FtpVerb Parse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> argument)
    {
        int space = line.IndexOf((byte)' ');
        argument = space < 0 ? default : line[(space + 1)..];
        ReadOnlySpan<byte> given = space < 0 ? line : line[..space];
        if (given.Length is < 3 or > NameBytes)
        {
            return FtpVerb.Unknown;
        }
        Span<byte> name = stackalloc byte[NameBytes];
        name.Fill((byte)' ');
        Ascii.ToUpper(given, name, out _);
        for (int i = 0; i < Aliases.Length; i += 2 * NameBytes)
        {
            if (name.SequenceEqual(Aliases.Slice(i, NameBytes)))
            {
                Aliases.Slice(i + NameBytes, NameBytes).CopyTo(name);
            }
        }
        for (int i = NameBytes; i < Names.Length; i += NameBytes)
        {
            if (name.SequenceEqual(Names.Slice(i, NameBytes)))
            {
                return (FtpVerb)(i / NameBytes);
            }
        }
        return FtpVerb.Unknown;
    }

    /// <summary>
    /// Whether it is one of RFC 2228, which come before a login and to which 530 would be no answer.
    /// </summary>
    public static bool IsOfSecurity(FtpVerb verb) => verb is >= FtpVerb.Auth and <= FtpVerb.Enc;

    /// <summary>The command's name in capitals; empty for <see cref="FtpVerb.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(FtpVerb verb) =>
        Names.Slice((int)verb * NameBytes, NameBytes).TrimEnd((byte)' ');
}
