namespace Straightwire.Appliance.Changes;

/// <summary>How far an upload is.</summary>
internal enum UploadStage
{
    /// <summary>It has no file yet.</summary>
    New,

    /// <summary>What comes is written.</summary>
    Open,

    /// <summary>All is on the storage.</summary>
    Synced,

    /// <summary>It gets its name or has it, and is going to be published.</summary>
    Named,

    /// <summary>It is over, with its name or without.</summary>
    Ended,
}
