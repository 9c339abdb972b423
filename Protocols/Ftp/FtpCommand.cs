using System.Collections.Frozen;
using System.Text;
using static Straightwire.Protocols.Ftp.VerbTraits;

namespace Straightwire.Protocols.Ftp;

/// <summary>A command line, taken apart, and the table of all commands.</summary>
internal static class FtpCommand
{
    private const int NameBytes = 4;

    private static readonly FtpVerbRule[] Rules = InOrder(
    [
        new(FtpVerb.Unknown, Refused),
        new(FtpVerb.User, None),
        new(FtpVerb.Pass, None),
        new(FtpVerb.Acct, None),
        new(FtpVerb.Rein, NoArgument),
        new(FtpVerb.Quit, NoArgument) { Answer = new(221, "Goodbye.", ReplyThen.End) },
        new(FtpVerb.Host, None),
        new(FtpVerb.Noop, None) { Answer = new(200, "Still here.") },
        new(FtpVerb.Syst, NoArgument) { Answer = new(215, "UNIX Type: L8") },
        new(FtpVerb.Help, None),
        new(FtpVerb.Feat, NoArgument),
        new(FtpVerb.Opts, None),
        new(FtpVerb.Lang, None),
        new(FtpVerb.Clnt, None),
        new(FtpVerb.Csid, None)
        {
            Answer = new(200, "Name=Straightwire; OS=none; CaseSensitive=1; DirSep=/;"),
        },
        new(FtpVerb.Type, NeedsLogin),
        new(FtpVerb.Stru, NeedsLogin),
        new(FtpVerb.Mode, NeedsLogin),
        new(FtpVerb.Rest, NeedsLogin),
        new(FtpVerb.Allo, NeedsLogin),
        new(FtpVerb.Site, NeedsLogin),
        new(FtpVerb.Pasv, NeedsLogin | NoArgument),
        new(FtpVerb.Epsv, NeedsLogin),
        new(FtpVerb.Port, NeedsLogin),
        new(FtpVerb.Eprt, NeedsLogin),
        new(FtpVerb.Abor, NeedsLogin),
        new(FtpVerb.Retr, NeedsLogin | TakesPath | FreshFile | SpendsRest, FtpRights.Read),
        new(FtpVerb.Stor, NeedsLogin | TakesPath | SpendsRest, FtpRights.Write),
        new(FtpVerb.Appe, NeedsLogin | TakesPath | SpendsRest, FtpRights.Write),
        new(FtpVerb.Stou, NeedsLogin | TakesPath | SpendsRest, FtpRights.Write, "upload"),
        new(FtpVerb.List, NeedsLogin | TakesPath | LsOptions | FreshFiles | SpendsRest, FtpRights.List, "."),
        new(FtpVerb.Nlst, NeedsLogin | TakesPath | LsOptions | SpendsRest, FtpRights.List, "."),
        new(FtpVerb.Mlsd, NeedsLogin | TakesPath | FreshFiles | SpendsRest, FtpRights.List, "."),
        new(FtpVerb.Stat, NeedsLogin | Overtakes)
        {
            WithArgument = new(
                FtpVerb.Stat, NeedsLogin | TakesPath | LsOptions | FreshFiles, FtpRights.List, "."),
        },
        new(FtpVerb.Cwd, NeedsLogin | TakesPath) { Alias = "XCWD" },
        new(FtpVerb.Cdup, NeedsLogin | NoArgument | TakesPath, FtpRights.None, "..") { Alias = "XCUP" },
        new(FtpVerb.Pwd, NeedsLogin | NoArgument) { Alias = "XPWD" },
        new(FtpVerb.Size, NeedsLogin | TakesPath | FreshFile, FtpRights.Read),
        new(FtpVerb.Mdtm, NeedsLogin | TakesPath | FreshFile, FtpRights.List),
        new(FtpVerb.Mlst, NeedsLogin | TakesPath | FreshFile, FtpRights.List, "."),
        new(FtpVerb.Dele, NeedsLogin | TakesPath, FtpRights.Delete),
        new(FtpVerb.Rmd, NeedsLogin | TakesPath, FtpRights.Delete) { Alias = "XRMD" },
        new(FtpVerb.Mkd, NeedsLogin | TakesPath, FtpRights.MakeDirectories) { Alias = "XMKD" },
        new(FtpVerb.Rnfr, NeedsLogin | TakesPath),
        new(FtpVerb.Rnto, NeedsLogin),
        new(FtpVerb.Mfmt, NeedsLogin),
        new(FtpVerb.Mff, NeedsLogin),
        new(FtpVerb.Smnt, Refused),
        // Those of RFC 2228 come before a login, so that 530 would be no answer.
        new(FtpVerb.Auth, Refused),
        new(FtpVerb.Pbsz, Refused),
        new(FtpVerb.Prot, Refused),
        new(FtpVerb.Ccc, Refused),
        new(FtpVerb.Adat, Refused),
        new(FtpVerb.Mic, Refused),
        new(FtpVerb.Conf, Refused),
        new(FtpVerb.Enc, Refused),
    ]);

    private static readonly FrozenDictionary<uint, FtpVerb> ByName = Rules
        .SelectMany(rule => new[] { (rule.Name, rule.Verb), (Name: rule.Alias, rule.Verb) })
        .Where(named => named.Name.Length > 0)
        .ToFrozenDictionary(named => KeyOf(named.Name), named => named.Verb);

    /// <summary>The names and other names of all commands that there are, in alphabetical order.</summary>
    public static IEnumerable<string> Names => Rules
        .Where(rule => !rule.Has(Refused))
        .SelectMany(rule => new[] { rule.Name, rule.Alias })
        .Where(name => name.Length > 0)
        .Order(StringComparer.Ordinal);

    /// <summary>What is to be known of a command.</summary>
    public static FtpVerbRule RuleOf(FtpVerb verb) => Rules[(int)verb];

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
        ReadOnlySpan<byte> name = space < 0 ? line : line[..space];
        return name.Length is >= 3 and <= NameBytes && ByName.TryGetValue(KeyOf(name), out FtpVerb verb)
            ? verb
            : FtpVerb.Unknown;
    }

    /// <summary>The same, and what is to be known of it.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="argument">As above, without options of <c>ls</c> where there may be some.</param>
    public static FtpVerbRule Find(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> argument)
    {
        FtpVerbRule rule = RuleOf(Parse(line, out argument));
        rule = argument.IsEmpty ? rule : rule.WithArgument ?? rule;
        argument = rule.Has(LsOptions) ? WithoutOptions(argument) : argument;
        return rule;
    }

    private static ReadOnlySpan<byte> WithoutOptions(ReadOnlySpan<byte> argument)
    {
        while (argument.Length > 1 && argument[0] == (byte)'-' && char.IsAsciiLetter((char)argument[1]))
        {
            int space = argument.IndexOf((byte)' ');
            argument = space < 0 ? [] : argument[(space + 1)..].TrimStart((byte)' ');
        }
        return argument;
    }

    private static FtpVerbRule[] InOrder(FtpVerbRule[] rules)
    {
        Array.Sort(rules, (x, y) => x.Verb.CompareTo(y.Verb));
        return rules;
    }

    private static uint KeyOf(string name)
    {
        Span<byte> bytes = stackalloc byte[NameBytes];
        return KeyOf(bytes[..Encoding.ASCII.GetBytes(name, bytes)]);
    }

    // In capitals, filled up with blanks, which no name has.
    private static uint KeyOf(ReadOnlySpan<byte> name)
    {
        uint key = 0;
        for (int i = 0; i < NameBytes; i++)
        {
            uint letter = i < name.Length ? name[i] : (byte)' ';
            key = (key << 8) | (letter - (char.IsAsciiLetterLower((char)letter) ? 32u : 0));
        }
        return key;
    }
}
