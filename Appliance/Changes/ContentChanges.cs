using Straightwire.Appliance.Content;
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
    private readonly Lock _posting = new();
    private readonly List<Upload> _running = [];
    private List<News> _posted = [];
    private List<News> _taken = [];
    private List<News> _early = [];
    private bool _hasNews;

    /// <summary>Made by the writer.</summary>
    public ContentChanges(ContentWriter writer, ShardContent content)
    {
        _writer = writer;
        _content = content;
    }

    /// <inheritdoc/>
    public void Start(in ContentChange change, IChangeOwner owner) =>
        _writer.Begin(new ChangeTask(_writer, this, change, owner));

    /// <inheritdoc/>
    public IUpload StartUpload(in UploadRequest request, IUploadOwner owner)
    {
        var upload = new Upload(_writer, this, request, owner) { Place = _running.Count };
        _running.Add(upload);
        _writer.Begin(upload);
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
        if (Volatile.Read(ref _hasNews))
        {
            lock (_posting)
            {
                _hasNews = false;
                (_posted, _taken) = (_taken, _posted);
            }
        }
        if (_taken.Count > 0 || _early.Count > 0)
        {
            Tell(network, now);
        }
        if (_writer.Pool.IsShort)
        {
            // From the last one on: one that ends here has its place taken by one that was seen to.
            for (int i = _running.Count - 1; i >= 0; i--)
            {
                Upload upload = _running[i];
                network.Isolate(upload.Stream, now, upload, static upload => upload.HandOver());
                i = Math.Min(i, _running.Count);
            }
        }
    }

    /// <summary>
    /// News for an owner, from any thread; told once the shard has a generation, and 0 is any.
    /// </summary>
    public void Post(in News news)
    {
        bool isFirst;
        lock (_posting)
        {
            isFirst = !_hasNews;
            _hasNews = true;
            _posted.Add(news);
        }
        if (isFirst)
        {
            Wake();
        }
    }

    /// <summary>Ends the shard's wait; from any thread.</summary>
    public void Wake() => _content.Wake();

    /// <summary>An upload is over.</summary>
    public void Remove(Upload upload)
    {
        Upload last = _running[^1];
        Invariant.Assert(_running[upload.Place] == upload, "a running upload is in its place");
        _running[upload.Place] = last;
        last.Place = upload.Place;
        _running.RemoveAt(_running.Count - 1);
    }

    // A generation may have come since the pass began; the pass that adopts it is already asked for.
    private void Tell(IStreamNetwork network, Instant now)
    {
        _early.AddRange(_taken);
        _taken.Clear();
        List<News> all = _early;
        _early = _taken;
        _taken = all;
        foreach (News news in all)
        {
            if (news.Generation > _content.Current.Number)
            {
                _early.Add(news);
            }
            else if (news.Upload is Upload upload)
            {
                network.Isolate(upload.Stream, now, news, static news => news.Upload!.Tell(news));
            }
            else
            {
                network.Isolate(
                    news.Change!.Stream, now, news, static news => news.Change!.OnChanged(news.Result));
            }
        }
        all.Clear();
    }
}

/// <summary>Something that an owner is told.</summary>
/// <param name="Upload">Whose it is; null of a change.</param>
/// <param name="Change">The owner of a change.</param>
/// <param name="IsRoom">There is room; otherwise it ended.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Generation">The generation that shows it.</param>
internal readonly record struct News(
    Upload? Upload, IChangeOwner? Change, bool IsRoom, ChangeResult Result, long Generation);
