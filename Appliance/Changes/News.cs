using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>Something that an owner is told.</summary>
/// <param name="Upload">Whose it is; null of a change.</param>
/// <param name="Change">The owner of a change.</param>
/// <param name="IsRoom">There is room; otherwise it ended.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Generation">The generation that shows it.</param>
internal readonly record struct News(
    Upload? Upload, IChangeOwner? Change, bool IsRoom, ChangeResult Result, long Generation);
