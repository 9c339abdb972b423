namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// What an answer has that no file stands behind. Most are made once, so that an answer has them by one
/// reference.
/// </summary>
/// <param name="MediaType">Content-Type, ASCII; null: there is no content, nor is one told of.</param>
/// <param name="Content">Its bytes, which do not change while they are being sent.</param>
/// <param name="Fields">The fields of the answer besides those that tell of its content.</param>
internal sealed record HttpText(string? MediaType, ReadOnlyMemory<byte> Content, HttpField[] Fields)
{
    /// <summary>
    /// Longest content in bytes that is written with its head, all or nothing. A longer one is pulled as
    /// there is room for it.
    /// </summary>
    public const int WithHeadMax = 512;

    /// <summary>
    /// What makes the content while it is sent, so that its length is not known; null: <see cref="Content"/>
    /// is all of it.
    /// </summary>
    public IHttpBody? Body { get; init; }

    /// <summary>Whether the content follows its head as there is room for it.</summary>
    public bool IsPulled => Body is not null || Content.Length > WithHeadMax;
}
