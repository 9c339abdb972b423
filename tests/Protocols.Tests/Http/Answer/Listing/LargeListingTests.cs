using System.Text.Json;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>Directories whose listing takes a while: what it costs, and whom it holds up.</summary>
internal sealed class LargeListingTests
{
    private const int Many = 100_000;

    [TestCase("html")]
    [TestCase("json")]
    [TestCase("text")]
    public void A_hundred_thousand_names_go_out_as_they_are_taken_and_are_all_there(string form)
    {
        ListedSite site = Large(Many);
        TestConnection connection = site.Connect();
        connection.Send($"GET /?format={form} HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Sink.Count, Is.GreaterThan(0), "it begins in the pass of the request");
        int calls = 0;
        while (connection.Sink.Count > 0)
        {
            Assert.That(connection.Sink.Unacknowledged(0), Is.LessThanOrEqualTo(65_536 + 500));
            if (calls++ % 20 == 0)
            {
                // Another one on the same shard is answered between any two.
                Assert.That(site.Get("/?format=text", method: "HEAD").Status, Is.EqualTo(200));
            }
            connection.Acknowledge();
        }
        string content = ListedAnswer.Of(connection.Received()).Content;

        Assert.That(calls, Is.GreaterThan(content.Length / 65_536));
        Assert.That(CountOf(content, form), Is.EqualTo(Many + 2));
    }

    [Test]
    public void Unasked_a_large_directory_stands_in_the_order_of_its_bytes_directories_first()
    {
        ListedSite site = Large(3000);
        string[] names = site.NamesOf("/");
        Assert.That(names[..2], Is.EqualTo(["d1/", "n5x/"]));
        Assert.That(names[2..], Is.EqualTo(names[2..].Order(StringComparer.Ordinal)));
        Assert.That(site.Get("/").Content, Does.Not.Contain("aria-sort=\"").And.Not.Contain("<form>"),
            "nobody sorts here");
    }

    [TestCase("sort=name", "d1/ n5x/ n0 n1 n2 n3")]
    [TestCase("sort=name&order=desc", "n5x/ d1/ n2999 n2998 n2997 n2996")]
    [TestCase("sort=size", "d1/ n5x/ n0 n10 n100 n1000")]
    [TestCase("sort=time&order=desc", "d1/ n5x/ n2999 n2998 n2997 n2996")]
    public void An_order_that_is_asked_for_is_waited_for_and_the_head_is_not(string query, string first)
    {
        var orders = new TestOrders();
        ListedSite site = Large(3000, orders);
        TestConnection connection = site.Connect();
        connection.Send($"GET /?format=text&{query} HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Received(), Does.StartWith("HTTP/1.1 200 OK\r\n").And.EndsWith("\r\n\r\n"));
        Assert.That(orders.Wanted, Has.Count.EqualTo(1));

        orders.Make();
        connection.Notify();

        string[] names = ListedAnswer.Read(connection).Content.Split('\n');
        Assert.That(string.Join(' ', names[..6]), Is.EqualTo(first));
        Assert.That(names, Has.Length.EqualTo(3000 + 2 + 1));
        Assert.That(orders.Wanted, Is.Empty);
    }

    [Test]
    public void A_page_has_its_head_before_its_order()
    {
        var orders = new TestOrders();
        ListedSite site = Large(3000, orders);
        TestConnection connection = site.Connect();
        connection.Send("GET /?sort=size HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Received(), Does.Contain("<tbody>").And.Not.Contain("scope=\"row\""));
    }

    [Test]
    public void An_order_that_gave_way_to_others_is_made_again_for_who_is_slow()
    {
        var orders = new TestOrders();
        ListedSite site = Large(20_000, orders);
        TestConnection connection = site.Connect();
        connection.Send("GET /?format=text&sort=name HTTP/1.1\r\nHost: a\r\n\r\n");
        int made = 0;
        while (connection.Sink.Count > 0 || orders.Wanted.Count > 0)
        {
            made += orders.Wanted.Count;
            orders.Make();
            connection.Notify();
            orders.Lose();
            connection.Acknowledge();
        }
        string[] names = ListedAnswer.Of(connection.Received()).Content.Split('\n')[..^1];
        Assert.That(made, Is.GreaterThan(1));
        Assert.That(names[2..], Is.EqualTo(Enumerable.Range(0, 20_000).Select(i => $"n{i}")));
    }

    [Test]
    public void Who_is_gone_waits_no_more()
    {
        var orders = new TestOrders();
        TestConnection connection = Large(3000, orders).Connect();
        connection.Send("GET /?sort=time HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(orders.Wanted, Has.Count.EqualTo(1));
        connection.Close();
        Assert.That(orders.Wanted, Is.Empty);
    }

    [Test]
    public void Who_waits_in_vain_is_reset_after_the_idle_time()
    {
        var orders = new TestOrders();
        TestConnection connection = Large(3000, orders).Connect();
        connection.Send("GET /?sort=time HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.Acknowledge();
        connection.Pass(TimeSpan.FromSeconds(59));
        Assert.That(connection.Sink.IsAborted, Is.False);
        connection.Pass(TimeSpan.FromSeconds(62));
        Assert.That(connection.Sink.IsAborted);
    }

    [Test]
    public void What_is_too_large_to_be_sorted_is_listed_as_it_is()
    {
        var orders = new TestOrders { NamesMax = 2000 };
        ListedSite site = Large(3000, orders);
        Assert.That(site.NamesOf("/?sort=size&order=desc")[..3], Is.EqualTo(["d1/", "n5x/", "n0"]));
        Assert.That(orders.Wanted, Is.Empty);
    }

    [Test]
    public void A_listing_is_of_the_directory_as_it_was_when_it_began()
    {
        ListedSite site = Large(20_000);
        TestConnection connection = site.Connect();
        connection.Send("GET /?format=json HTTP/1.1\r\nHost: a\r\n\r\n");
        for (int i = 0; connection.Sink.Count > 0; i++)
        {
            site.Add("/", $"m{i}").Add("/", $"x{i}").Publish();
            connection.Acknowledge();
        }
        string content = ListedAnswer.Of(connection.Received()).Content;
        Assert.That(CountOf(content, "json"), Is.EqualTo(20_002));
        Assert.That(content, Does.Not.Contain("\"m0\""));
        Assert.That(site.NamesOf("/"), Does.Contain("m0"));
    }

    [Test]
    public void The_tag_of_what_is_too_much_to_look_at_is_of_the_generation_and_the_run()
    {
        ListedSite site = Large(3000, new TestOrders());
        string tag = site.Get("/", method: "HEAD")["ETag"]!;
        Assert.That(site.Get("/", method: "HEAD")["ETag"], Is.EqualTo(tag));
        site.Publish();
        Assert.That(site.Get("/", method: "HEAD")["ETag"], Is.Not.EqualTo(tag), "of another generation");
        ListedSite next = Large(3000, new TestOrders { Run = 8 });
        Assert.That(next.Get("/", method: "HEAD")["ETag"], Is.Not.EqualTo(tag), "of another run");
        Assert.That(Large(3000).Get("/", method: "HEAD")["ETag"], Is.Null, "nothing to tell runs by");
    }

    [TestCase(ListingForm.Html)]
    [TestCase(ListingForm.Json)]
    [TestCase(ListingForm.Text)]
    public void Making_a_listing_allocates_nothing_for_its_names(ListingForm form)
    {
        ListedSite site = Large(20_000);
        var times = new DirectoryTimes(site);
        var query = new ListingQuery(form, null, false);
        byte[] piece = new byte[IHttpBody.PieceLength];
        long length = 0;
        long allocated = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            var body = new DirectoryListing(
                site.Current.FindDirectory("/"u8)!, site.Site, query, null, times, default);
            body.Begin(new StreamId(0, 0));
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (!body.IsComplete)
            {
                length += body.Fill(piece);
            }
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(length, Is.GreaterThan(200_000));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_piece_that_found_no_room_is_made_again_as_it_was()
    {
        ListedSite site = Large(5000);
        var body = new DirectoryListing(
            site.Current.FindDirectory("/"u8)!, site.Site, default, null, new DirectoryTimes(site),
            default);
        body.Begin(new StreamId(0, 0));
        byte[] first = new byte[IHttpBody.PieceLength];
        byte[] again = new byte[IHttpBody.PieceLength];
        while (!body.IsComplete)
        {
            int length = body.Fill(first);
            body.SetBack();
            Assert.That(body.Fill(again), Is.EqualTo(length));
            Assert.That(again.AsSpan(0, length).SequenceEqual(first.AsSpan(0, length)));
        }
    }

    private static int CountOf(string content, string form) => form switch
    {
        "html" => content.Split("scope=\"row\"").Length - 1,
        "json" => JsonDocument.Parse(content).RootElement.EnumerateArray()
            .Select(each => each.GetProperty("name").GetString()).Distinct().Count(),
        _ => content.Split('\n').Length - 1,
    };

    // Two directories among the files, the first and the last of them on a page of its own.
    private static ListedSite Large(int files, IListingOrders? orders = null)
    {
        ListedSite site = new ListedSite(orders: orders).AddDirectory("d1").AddDirectory("n5x");
        foreach (int i in Enumerable.Range(0, files))
        {
            site.Add("/", $"n{i}", i % 10 == 0 ? 0 : i, ListedSite.Time + i);
        }
        return site.Publish();
    }
}
