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
    private int _filled;

    // Whether the page is with a shard, so that nothing of it may be looked at.
    private bool _isAway;

    // Whether its reader is gone, so that no shard is asked any more.
    private bool _isStopped;

    /// <inheritdoc/>
    public bool IsComplete => !_isAway && _page is { IsLast: true } && _taken == _page.Written.Length;

    /// <inheritdoc/>
    public void Begin(StreamId reader)
    {
        _page = new ConnectionPage(query, reader, pages.ShardCount, OnFilled);
        Ask();
    }

    /// <inheritdoc/>
    public int Fill(Span<byte> piece)
    {
        if (_isAway || _page is null)
        {
            return 0;
        }
        ReadOnlySpan<byte> rest = _page.Written[_taken..];
        if (rest.IsEmpty)
        {
            AskIfMore();
            return 0;
        }
        _filled = Math.Min(rest.Length, piece.Length);
        rest[.._filled].CopyTo(piece);
        _taken += _filled;
        return _filled;
    }

    /// <inheritdoc/>
    public void SetBack() => _taken -= _filled;

    /// <inheritdoc/>
    public void Stop() => _isStopped = true;

    private void OnFilled()
    {
        (_isAway, _taken) = (false, 0);
        // Places that nobody has, or who is not asked for, fill no page.
        if (_page!.Written.IsEmpty)
        {
            AskIfMore();
        }
    }

    private void AskIfMore()
    {
        if (!_page!.IsLast && !_isStopped)
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
