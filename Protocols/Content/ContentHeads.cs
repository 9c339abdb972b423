using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Content;

/// <summary>
/// The rendered heads of a file's answers, for one wire: every field that does not depend on the request or
/// the second, and the end of the head. A value of its entry, which is one look into memory the less.
/// </summary>
/// <param name="Ok">Of an answer with the whole file.</param>
/// <param name="NotModified">Of an answer that the client has the file.</param>
public readonly record struct ContentHeads(ContentSlice Ok, ContentSlice NotModified);
