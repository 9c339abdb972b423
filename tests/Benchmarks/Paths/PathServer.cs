namespace Straightwire.Benchmarks.Paths;

/// <summary>A server behind the relay.</summary>
/// <param name="Title">Its name in the table.</param>
/// <param name="Number">Its number among the servers, from 0: of its interface at the relay.</param>
/// <param name="Serve">
/// The command line of ours without its link, given the directory that it serves; null: nginx and vsftpd on
/// the kernel's TCP.
/// </param>
internal sealed record PathServer(string Title, int Number, Func<string, string>? Serve)
{
    /// <summary>The address of the client, and of whoever asks it for uploads.</summary>
    public const string ClientAddress = "198.18.2.1";

    /// <summary>Its address.</summary>
    public string Address => FormattableString.Invariant($"198.18.2.{Number + 2}");

    /// <summary>Its namespace's name for its interface.</summary>
    public string Interface => FormattableString.Invariant($"s{Number}");

    /// <summary>The relay's name for the other end.</summary>
    public string RelayInterface => FormattableString.Invariant($"r{Number}");

    /// <summary>Whether its TCP is ours.</summary>
    public bool IsOurs => Serve is not null;
}
