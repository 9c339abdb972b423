namespace Straightwire.Stack.Frames;

/// <summary>Content regions as links read them that copy.</summary>
public interface IContentReader
{
    /// <summary>
    /// Copies from a region's <paramref name="offset"/> on to fill <paramref name="destination"/>; false when
    /// the bytes are gone.
    /// </summary>
    bool TryRead(int region, long offset, Span<byte> destination);
}
