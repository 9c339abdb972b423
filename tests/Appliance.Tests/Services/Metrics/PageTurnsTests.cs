using Straightwire.Appliance.Services.Metrics;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Tests.Services.Metrics;

public sealed class PageTurnsTests
{
    [Test]
    public void A_pass_takes_one_page_and_comes_again_while_there_are_more()
    {
        int wakes = 0;
        PageTurns turns = new(() => wakes++);
        ConnectionQuery query = ConnectionQuery.TryParse([], prefersJson: false, out _)!;
        StreamId reader = default;
        ConnectionPage[] pages =
            [.. Enumerable.Range(0, 3).Select(_ => new ConnectionPage(query, reader, 1, () => { }))];

        Array.ForEach(pages, turns.Post);
        Assert.That(wakes, Is.EqualTo(1));
        List<int> wakesAfter = [];
        foreach (ConnectionPage page in pages)
        {
            Assert.That(turns.TryTake(out ConnectionPage? taken), Is.True);
            Assert.That(taken, Is.SameAs(page));
            wakesAfter.Add(wakes);
        }

        Assert.That(turns.TryTake(out _), Is.False);
        Assert.That(wakesAfter, Is.EqualTo(new[] { 2, 3, 3 }));
    }
}
