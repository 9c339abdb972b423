using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>Blocks of field lines, each made once however many files and sites have it.</summary>
internal sealed class FieldBlocks
{
    private readonly Dictionary<string, FieldBlock> _made = new(StringComparer.Ordinal);

    /// <summary>The block of fields.</summary>
    /// <param name="fields">In their order.</param>
    public FieldBlock Of(IReadOnlyList<(string Name, string Value)> fields)
    {
        var lines = new StringBuilder();
        var notModified = new StringBuilder();
        foreach ((string name, string value) in fields)
        {
            string line = $"{name}: {value}\r\n";
            lines.Append(line);
            // RFC 9110 §15.4.5: what tells of content that is not sent has no place there.
            notModified.Append(IsOfContent(name) ? "" : line);
        }
        string whole = lines.ToString();
        if (!_made.TryGetValue(whole, out FieldBlock? block))
        {
            // From 1, so that it is not taken for the bare one.
            block = new FieldBlock(
                _made.Count + 1,
                Encoding.ASCII.GetBytes(whole),
                Encoding.ASCII.GetBytes(notModified.ToString()));
            _made[whole] = block;
        }
        return block;
    }

    private static bool IsOfContent(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Content-Security-", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Content-Location", StringComparison.OrdinalIgnoreCase);
}
