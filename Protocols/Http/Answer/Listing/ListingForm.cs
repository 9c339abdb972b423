namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>What a listing is written in.</summary>
internal enum ListingForm : byte
{
    /// <summary>A page for people.</summary>
    Html,

    /// <summary>An array of objects, as nginx has it.</summary>
    Json,

    /// <summary>A name on each line.</summary>
    Text,
}
