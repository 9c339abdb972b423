using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>Something that the owner of a change or of an upload is told.</summary>
internal readonly record struct News
{
    /// <summary>Whose it is; null of a change.</summary>
    public UploadHandle? Upload { get; init; }

    /// <summary>The owner of a change; null of an upload.</summary>
    public IChangeOwner? Change { get; init; }

    /// <summary>There is room; otherwise it ended.</summary>
    public bool IsRoom { get; init; }

    /// <summary>How it ended, when it did.</summary>
    public ChangeResult Result { get; init; }

    /// <summary>The path that an upload has, or should have had.</summary>
    public string Path { get; init; }

    /// <summary>The generation that shows it; 0: any does.</summary>
    public long Generation { get; init; }
}
