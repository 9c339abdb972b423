namespace Straightwire.Simulation.Tests;

/// <summary>
/// Two shards joined in memory, with requests and answers as of HTTP: nothing is allocated once warm.
/// </summary>
public sealed class AllocationTests
{
    private const int ConnectionCount = 16;
    private const int RequestsEach = 500;

    [Test]
    public void Requests_on_kept_connections_allocate_nothing()
    {
        RequestPair pair = new();
        RequestSession[] clients =
            [.. Enumerable.Range(0, ConnectionCount).Select(_ => new RequestSession())];
        foreach (RequestSession client in clients)
        {
            pair.Connect(client);
        }
        pair.RunUntil(() => Array.TrueForAll(clients, client => client.Answers >= RequestsEach));
        Func<bool> never = static () => false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        pair.RunUntil(never, passes: 4000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(clients.Min(client => client.Answers), Is.GreaterThan(2 * RequestsEach));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_connection_for_each_request_allocates_nothing()
    {
        RequestPair pair = new();
        RequestSession client = new() { AnswersMax = 1 };
        for (int i = 0; i < 200; i++)
        {
            pair.ConnectOnce(client);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500; i++)
        {
            pair.ConnectOnce(client);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(client.Closed, Is.EqualTo(700));
        Assert.That(allocated, Is.Zero);
    }
}
