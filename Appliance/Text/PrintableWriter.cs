using System.Text;

namespace Straightwire.Appliance.Text;

/// <summary>
/// A terminal, or what stands in its place, that shows lines of <see cref="PrintableText"/> whatever is
/// written to it.
/// </summary>
/// <param name="inner">Where the lines go; the caller closes it.</param>
public sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(PrintableText.OfLines(value ?? ""));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
