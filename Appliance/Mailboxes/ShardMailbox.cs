using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Straightwire.Appliance.Mailboxes;

/// <summary>
/// What other threads tell a shard, in the order of their telling. Nothing that was posted is lost, so its
/// bound is what the shard has asked for: every piece of news answers something that it began.
/// </summary>
/// <typeparam name="T">A piece of news.</typeparam>
/// <param name="wake">Ends the shard's wait; from any thread.</param>
public sealed class ShardMailbox<T>(Action wake)
{
    private readonly Channel<T> _news =
        Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });

    private int _isWoken;

    /// <summary>Leaves a piece of news, from any thread; the first one wakes the shard.</summary>
    public void Post(in T news)
    {
        _news.Writer.TryWrite(news);
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            wake();
        }
    }

    /// <summary>
    /// Takes the oldest piece; on the shard's thread. Whoever takes goes on until there is none: only then
    /// the shard is woken again.
    /// </summary>
    public bool TryTake([MaybeNullWhen(false)] out T news)
    {
        if (Volatile.Read(ref _isWoken) == 0)
        {
            news = default;
            return false;
        }
        if (_news.Reader.TryRead(out news))
        {
            return true;
        }

        // What was posted before this woke nobody, and is found here.
        Interlocked.Exchange(ref _isWoken, 0);
        if (!_news.Reader.TryRead(out news))
        {
            return false;
        }

        // More of it may have come, for which whoever takes comes again.
        Volatile.Write(ref _isWoken, 1);
        return true;
    }
}
