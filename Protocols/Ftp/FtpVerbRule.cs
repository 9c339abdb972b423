using System.Text;

namespace Straightwire.Protocols.Ftp;

/// <summary>What a command needs, and what it is like.</summary>
[Flags]
internal enum VerbTraits
{
    /// <summary>It is answered to anybody, whatever its argument is.</summary>
    None = 0,

    /// <summary>There is nothing behind it: 502.</summary>
    Refused = 1,

    /// <summary>Somebody has to be logged in: 530.</summary>
    NeedsLogin = 2,

    /// <summary>It takes no argument: 501.</summary>
    NoArgument = 4,

    /// <summary>Its argument is a path (501, 553), for which the user needs rights (550).</summary>
    TakesPath = 8,

    /// <summary>Options of <c>ls</c> may stand before the path: -a, -l, -al. They mean nothing.</summary>
    LsOptions = 16,

    /// <summary>It tells something of a file, and waits until one that has changed is read anew.</summary>
    FreshFile = 32,

    /// <summary>The same, of all files of a directory.</summary>
    FreshFiles = 64,

    /// <summary>
    /// It moves data, so that the offset which REST gave is spent, whatever becomes of it: REST stands before
    /// the command that it is for (RFC 959 §4.1.3).
    /// </summary>
    SpendsRest = 128,

    /// <summary>It is answered while a transfer runs (RFC 959 §4.1.3).</summary>
    Overtakes = 256,
}

/// <summary>What is to be known of a command before it is done, in one place.</summary>
/// <param name="Verb">Which one.</param>
/// <param name="Traits">What it needs.</param>
/// <param name="Rights">What its user must be allowed to do with its path.</param>
/// <param name="DefaultPath">The path that is meant where none is given; empty: one has to be.</param>
internal sealed record FtpVerbRule(
    FtpVerb Verb, VerbTraits Traits, FtpRights Rights = FtpRights.None, string DefaultPath = "")
{
    private readonly byte[] _defaultPath = Encoding.ASCII.GetBytes(DefaultPath);

    /// <summary>Its name in capitals; empty for <see cref="FtpVerb.Unknown"/>.</summary>
    public string Name { get; } = Verb == FtpVerb.Unknown ? "" : Verb.ToString().ToUpperInvariant();

    /// <summary>
    /// Another name, of RFC 775, which RFC 1123 §4.1.3.1 asks for beside that of RFC 959; empty: none.
    /// </summary>
    public string Alias { get; init; } = "";

    /// <summary>The answer, where it is always the same.</summary>
    public FtpReply? Answer { get; init; }

    /// <summary>The rule for it with an argument, where that is another one; null: this one.</summary>
    public FtpVerbRule? WithArgument { get; init; }

    /// <summary>Whether any of these is so.</summary>
    public bool Has(VerbTraits traits) => (Traits & traits) != 0;

    /// <summary>The path that an argument means, as it was given.</summary>
    public ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> argument) =>
        argument.IsEmpty ? _defaultPath : argument;
}
