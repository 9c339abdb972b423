using Straightwire.Appliance.Fairness;
using Straightwire.Simulation;
using Straightwire.Stack;

namespace Straightwire.Appliance.Tests.Fairness;

/// <summary>
/// Nothing is allocated for a request where peers are counted in the server's table, and connections are set
/// up by cookies.
/// </summary>
public sealed class PeerTableAllocationTests
{
    private const int Requests = 500;

    private readonly PeerTable _table = new(24, [], 42);

    [Test]
    public void Requests_on_kept_connections_allocate_nothing()
    {
        RequestPair pair = new(WithCookies, _table);
        RequestSession[] clients = [.. Enumerable.Range(0, 16).Select(_ => new RequestSession())];
        Array.ForEach(clients, pair.Connect);
        pair.RunUntil(() => Array.TrueForAll(clients, client => client.Answers >= Requests));
        Func<bool> never = static () => false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        pair.RunUntil(never, passes: 4000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(clients.Min(client => client.Answers), Is.GreaterThan(2 * Requests));
        Assert.That(pair.Counters.SynCookiesAccepted, Is.EqualTo(clients.Length));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_connection_for_each_request_allocates_nothing()
    {
        RequestPair pair = new(WithCookies, _table);
        RequestSession client = new() { AnswersMax = 1 };
        for (int i = 0; i < 200; i++)
        {
            pair.ConnectOnce(client);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Requests; i++)
        {
            pair.ConnectOnce(client);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(client.Closed, Is.EqualTo(Requests + 200));
        Assert.That(pair.Counters.SynCookiesAccepted, Is.EqualTo(client.Closed));
        Assert.That(allocated, Is.Zero);
        pair.RunUntil(static () => false, passes: 100);
        Assert.That(_table.CountHeld(), Is.LessThanOrEqualTo(1));
    }

    private static ShardOptions WithCookies(ShardOptions options) =>
        options with { Tcp = options.Tcp with { Peer = new() { HalfOpen = 0 } } };
}
