namespace Straightwire.Protocols.Http.Sites;

/// <summary>What a directory is answered with that is asked for without its final slash.</summary>
public enum SlashPolicy
{
    /// <summary>301 to the name with the slash, where relative links in it are right.</summary>
    Redirect,

    /// <summary>The same as with the slash.</summary>
    Serve,
}
