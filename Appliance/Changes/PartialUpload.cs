using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Changes;

/// <summary>What a broken upload has left. Under the writer's gate.</summary>
internal sealed class PartialUpload
{
    /// <summary>The name of whose it is.</summary>
    public required string Owner { get; init; }

    /// <summary>The path that it was meant for.</summary>
    public required string Path { get; set; }

    /// <summary>What it holds of its owner's quota.</summary>
    public required QuotaCharge Charge { get; init; }

    /// <summary>When it goes, unless somebody goes on with it.</summary>
    public required Instant Expires { get; init; }

    /// <summary>Bytes, those that are still being written included.</summary>
    public long Length { get; set; }

    /// <summary>The file; empty before <see cref="IsReady"/>.</summary>
    public string TemporaryName { get; set; } = "";

    /// <summary>All of it is written.</summary>
    public bool IsReady { get; set; }

    /// <summary>
    /// It did not break off: its name has a dot in front, and its file is aside until it gets another one.
    /// </summary>
    public bool IsWhole { get; init; }

    /// <summary>Nobody wants it any more, or it could not be written: its file goes or is gone.</summary>
    public bool IsDropped { get; set; }

    /// <summary>The upload that goes on with it.</summary>
    public UploadJob? Taker { get; set; }
}
