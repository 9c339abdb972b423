using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Changes of the content, as one shard asks for them. Every call returns at once; the work is done on other
/// threads, and its end told at the beginning of a pass, when the shard has adopted the generation that shows
/// it.
/// </summary>
public interface IContentChanges
{
    /// <summary>Begins a change that needs no data.</summary>
    void Start(in ContentChange change, IChangeOwner owner);

    /// <summary>Begins an upload, whose bytes may come at once.</summary>
    IUpload StartUpload(in UploadRequest request, IUploadOwner owner);

    /// <summary>
    /// Bytes that a broken upload of an owner to a path has left, where it can go on; null when there is
    /// none.
    /// </summary>
    long? PartialLength(string path, ContentOwner owner);

    /// <summary>
    /// Whether an owner has an upload aside under a path whose last name has a dot in front.
    /// </summary>
    bool HasAside(string path, ContentOwner owner);

    /// <summary>
    /// Whether a name can be had, by the limits of the content: what is judged here is judged again by the
    /// same rule when it is published.
    /// </summary>
    /// <param name="path">Canonical path in the content, without a final slash.</param>
    /// <param name="use">What it is asked for.</param>
    ChangeResult Check(string path, NameUse use);

    /// <summary>
    /// Tells owners what has ended, each by <see cref="IStreamNetwork.Isolate"/>. At the beginning of a pass,
    /// on the shard's thread.
    /// </summary>
    void Poll(IStreamNetwork network, Instant now);
}
