using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>What a listing tells of a name.</summary>
internal readonly ref struct ListedChild
{
    /// <summary>UTF-8 without control bytes.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>The file; null for a directory.</summary>
    public required ContentEntry? File { get; init; }

    /// <summary>When it changed last, in seconds since 1970; 0 where that is not known.</summary>
    public required long ModifiedUnixSeconds { get; init; }

    /// <summary>Whether the time says anything.</summary>
    public bool IsDated => HttpDate.IsDate(ModifiedUnixSeconds);
}
