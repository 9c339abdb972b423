namespace Straightwire.Protocols.Content;

/// <summary>
/// The field lines that answers have by rule and not by file: Content-Type, Cache-Control and what else a
/// site's rules say. Rendered at load, once for all files that have the same; immutable.
/// </summary>
public sealed class FieldBlock
{
    /// <summary>Most bytes of a block.</summary>
    public const int BytesMax = 8192;

    private readonly byte[] _whole;
    private readonly byte[] _notModified;

    /// <summary>Makes a block of whole field lines, each with its CRLF.</summary>
    /// <param name="number">Tells it from others; need not be unique.</param>
    /// <param name="whole">Of an answer with content, or with a part of it.</param>
    /// <param name="notModified">Of an answer that the client has it already.</param>
    public FieldBlock(int number, byte[] whole, byte[] notModified)
    {
        (Number, _whole, _notModified) = (number, whole, notModified);
        Alone = [this];
    }

    /// <summary>No field at all.</summary>
    public static FieldBlock Bare { get; } = new(0, [], []);

    /// <summary>Stands for a file that a site does not have.</summary>
    public static FieldBlock Hidden { get; } = new(0, [], []);

    /// <summary>A number that most other blocks do not have.</summary>
    public int Number { get; }

    /// <summary>The lines of an answer with content, or with a part of it.</summary>
    public ReadOnlySpan<byte> Whole => _whole;

    /// <summary>The lines of an answer that the client has the content already.</summary>
    public ReadOnlySpan<byte> NotModified => _notModified;

    /// <summary>This block and no other, for all files that one site alone has.</summary>
    public FieldBlock[] Alone { get; }
}
