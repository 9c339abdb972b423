namespace Straightwire.Stack.Rules;

/// <summary>What a text stands for, and so what it must look like.</summary>
public enum KeyFormat
{
    /// <summary>Any text.</summary>
    Any,

    /// <summary>An IPv4 address.</summary>
    Address,

    /// <summary>An IPv4 address with the length of its network's prefix.</summary>
    Prefix,

    /// <summary>An Ethernet address of one station.</summary>
    Mac,

    /// <summary>The name of a network interface.</summary>
    InterfaceName,

    /// <summary>The name that a server gives itself, on one line; empty for none.</summary>
    ServerName,

    /// <summary>Two TCP ports above the well-known ones, the first not above the last.</summary>
    PortRange,

    /// <summary>What a person reads, of one or more lines.</summary>
    Message,

    /// <summary>The name of a file without its directory; empty for none.</summary>
    FileName,

    /// <summary>A directory of the content.</summary>
    ContentPath,

    /// <summary>The name of a user with a right of its own.</summary>
    UserName,

    /// <summary>The hash of a password.</summary>
    PasswordHash,

    /// <summary>A media type.</summary>
    MediaType,

    /// <summary>The encoding of text, as media types name it; empty for none.</summary>
    Charset,
}
