namespace Straightwire.Protocols.Content;

/// <summary>One name in a directory.</summary>
/// <param name="Name">UTF-8, a segment of a canonical path.</param>
/// <param name="File">
/// The file; null for a directory, which <see cref="ContentGeneration.FindDirectory"/> knows.
/// </param>
public readonly record struct DirectoryChild(byte[] Name, ContentEntry? File);
