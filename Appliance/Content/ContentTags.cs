namespace Straightwire.Appliance.Content;

/// <summary>What the tags of mapped files are made of.</summary>
public enum ContentTags
{
    /// <summary>Their state on the storage.</summary>
    State,

    /// <summary>Their bytes.</summary>
    Digest,
}
