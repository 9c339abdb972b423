namespace Straightwire.Appliance.Services.Http;

/// <summary>A request line's parts: all empty where there is no such line.</summary>
internal readonly ref struct RequestLineParts
{
    private RequestLineParts(ReadOnlySpan<byte> line, int first, int last)
    {
        Method = line[..first];
        Target = line[(first + 1)..last];
        Version = line[(last + 1)..];
    }

    /// <summary>What comes before the first blank.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>What stands between.</summary>
    public ReadOnlySpan<byte> Target { get; }

    /// <summary>What comes after the last blank.</summary>
    public ReadOnlySpan<byte> Version { get; }

    /// <summary>The parts of a line.</summary>
    public static RequestLineParts Of(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        return first < last ? new RequestLineParts(line, first, last) : default;
    }
}
