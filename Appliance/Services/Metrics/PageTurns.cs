using System.Diagnostics.CodeAnalysis;
using Straightwire.Appliance.Mailboxes;
using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>
/// Pages on their way to a shard, which takes one a pass. There is one for each listing, of which there are
/// no more than the service has clients.
/// </summary>
/// <param name="wake">Ends the shard's wait; from any thread.</param>
internal sealed class PageTurns(Action wake)
{
    private readonly ShardMailbox<ConnectionPage> _posted = new(wake);
    private readonly Queue<ConnectionPage> _waiting = new();

    /// <summary>Sends a page, from any thread.</summary>
    public void Post(ConnectionPage page) => _posted.Post(page);

    /// <summary>Takes the page whose turn it is; on the shard's thread.</summary>
    public bool TryTake([MaybeNullWhen(false)] out ConnectionPage page)
    {
        while (_posted.TryTake(out ConnectionPage? posted))
        {
            _waiting.Enqueue(posted);
        }
        if (!_waiting.TryDequeue(out page))
        {
            return false;
        }
        if (_waiting.Count > 0)
        {
            wake();
        }
        return true;
    }
}
