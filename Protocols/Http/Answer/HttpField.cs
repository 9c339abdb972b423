namespace Straightwire.Protocols.Http.Answer;

/// <summary>A field of an answer, ASCII.</summary>
/// <param name="Name">As RFC 9110 writes it; a wire that has other letters changes them.</param>
/// <param name="Value">Without whitespace around it.</param>
internal readonly record struct HttpField(string Name, string Value);
