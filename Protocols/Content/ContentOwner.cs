namespace Straightwire.Protocols.Content;

/// <summary>Somebody who changes the content, whichever service it came by.</summary>
/// <param name="Name">By which its broken uploads, and what it has of its quota, are known.</param>
/// <param name="Root">Below which all of its files are: a canonical path with its final slash.</param>
/// <param name="FileBytesMax">Bytes of the largest file that it may upload.</param>
/// <param name="QuotaBytes">Bytes of all files below its root, beyond which it uploads nothing.</param>
public sealed record ContentOwner(
    string Name, string Root = "/", long FileBytesMax = long.MaxValue, long QuotaBytes = long.MaxValue);
