using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// The content of /connections: one page after the other, the next one asked for when the connection has
/// taken the last, so that a listing has the memory of a page and a slow reader costs nobody more.
/// </summary>
internal sealed class ConnectionListing(ConnectionQuery query, IConnectionPages pages) : IHttpBody
{
    private ConnectionPage? _page;
    private int _taken;

    // Whether the page is with a shard, so that nothing of it may be looked at.
    private bool _isAway;

    // Whether its reader is gone, so that no shard is asked any more.
    private bool _isStopped;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Ready => _isAway || _page is null ? [] : _page.Written[_taken..];

    /// <inheritdoc/>
    public bool IsComplete => !_isAway && _page is { IsLast: true };

    /// <inheritdoc/>
    public void Begin(StreamId reader)
    {
        _page = new ConnectionPage(query, reader, pages.ShardCount, OnFilled);
        Ask();
    }

    /// <inheritdoc/>
    public void Take(int count)
    {
        _taken += count;
        AskIfEmpty();
    }

    /// <inheritdoc/>
    public void Stop() => _isStopped = true;

    private void OnFilled()
    {
        (_isAway, _taken) = (false, 0);
        // Places that nobody has, or who is not asked for, fill no page.
        AskIfEmpty();
    }

    private void AskIfEmpty()
    {
        if (Ready.IsEmpty && !IsComplete && !_isStopped)
        {
            Ask();
        }
    }

    private void Ask()
    {
        _isAway = true;
        pages.Ask(_page!);
    }
}
