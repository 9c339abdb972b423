namespace Straightwire.Appliance.Content;

/// <summary>How it is known that a mapped file is what is told of it.</summary>
public enum ContentVerify
{
    /// <summary>It is looked at for each request.</summary>
    Request,

    /// <summary>Notices of the kernel tell of a change, and it is looked at once a second.</summary>
    Watch,
}
