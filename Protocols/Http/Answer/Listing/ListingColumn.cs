namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>What a listing is sorted by.</summary>
public enum ListingColumn : byte
{
    /// <summary>The names, as <see cref="NaturalOrder"/> has them.</summary>
    Name,

    /// <summary>The lengths of files.</summary>
    Size,

    /// <summary>The times of the last change.</summary>
    Time,
}
