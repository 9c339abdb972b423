namespace Straightwire.Appliance.Changes;

/// <summary>What the shard wants of an upload.</summary>
internal enum UploadWish
{
    /// <summary>More bytes may come.</summary>
    Receive,

    /// <summary>All have come, and the file shall have its name.</summary>
    Commit,

    /// <summary>It broke off; what has come is kept for a while.</summary>
    Abandon,
}
