using Straightwire.Appliance.Content;
using Straightwire.Appliance.Mailboxes;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// One shard's side of the <see cref="ContentWriter"/>: what its sessions begin, and the news for them. All
/// but <see cref="Post"/> and <see cref="Wake"/> is for the shard's thread.
/// </summary>
internal sealed class ContentChanges : IContentChanges
{
    private readonly ContentWriter _writer;
    private readonly ShardContent _content;
    private readonly List<UploadHandle> _running = [];
    private readonly ShardMailbox<News> _news;
    private readonly Queue<News> _early = [];

    /// <summary>A shard's; <see cref="ContentWriter.AddShard"/> makes it.</summary>
    public ContentChanges(ContentWriter writer, ShardContent content)
    {
        _writer = writer;
        _content = content;
        _news = new ShardMailbox<News>(content.Wake);
    }

    /// <inheritdoc/>
    public void Start(in ContentChange change, IChangeOwner owner) =>
        _writer.Begin(new ChangeTask(_writer, this, change, owner));

    /// <inheritdoc/>
    public IUpload StartUpload(in UploadRequest request, IUploadOwner owner)
    {
        var upload = new UploadHandle(_writer, this, request, owner) { Place = _running.Count };
        _running.Add(upload);
        _writer.Begin(upload.Job);
        return upload;
    }

    /// <inheritdoc/>
    public long? PartialLength(string path, ContentOwner owner) =>
        _writer.PartialLength(path, owner.Name);

    /// <inheritdoc/>
    public bool HasAside(string path, ContentOwner owner) => _writer.HasAside(path, owner.Name);

    /// <inheritdoc/>
    public ChangeResult Check(string path, NameUse use) => _writer.Tree.Rules.Check(path, use);

    /// <inheritdoc/>
    public void Poll(IStreamNetwork network, Instant now)
    {
        for (int i = _early.Count; i > 0; i--)
        {
            Tell(_early.Dequeue(), network, now);
        }
        while (_news.TryTake(out News news))
        {
            Tell(in news, network, now);
        }
        if (_writer.Pool.IsShort)
        {
            // From the last one on: one that ends here has its place taken by one that was seen to.
            for (int i = _running.Count - 1; i >= 0; i--)
            {
                UploadHandle upload = _running[i];
                network.Isolate(upload.Stream, now, upload, static upload => upload.HandOver());
                i = Math.Min(i, _running.Count);
            }
        }
    }

    /// <summary>
    /// News for an owner, from any thread; told once the shard has a generation, and 0 is any.
    /// </summary>
    public void Post(in News news) => _news.Post(in news);

    /// <summary>Ends the shard's wait; from any thread.</summary>
    public void Wake() => _content.Wake();

    /// <summary>An upload is over.</summary>
    public void Remove(UploadHandle upload)
    {
        UploadHandle last = _running[^1];
        Invariant.Assert(_running[upload.Place] == upload, "a running upload is in its place");
        _running[upload.Place] = last;
        last.Place = upload.Place;
        _running.RemoveAt(_running.Count - 1);
    }

    // A generation may have come since the pass began; the pass that adopts it is already asked for.
    private void Tell(in News news, IStreamNetwork network, Instant now)
    {
        if (news.Generation > _content.Current.Number)
        {
            _early.Enqueue(news);
        }
        else if (news.Upload is { } upload)
        {
            network.Isolate(upload.Stream, now, news, static news => news.Upload!.Tell(news));
        }
        else
        {
            network.Isolate(
                news.Change!.Stream, now, news, static news => news.Change!.OnChanged(news.Result));
        }
    }
}
