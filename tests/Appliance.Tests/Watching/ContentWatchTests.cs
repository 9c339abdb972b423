using System.Diagnostics;
using System.Globalization;
using Straightwire.Appliance.Tests.Content;
using Straightwire.Appliance.Watching;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Watching;

/// <summary>A real tree that changes, and what is served of it without anybody's saying so.</summary>
[Platform("Linux")]
public sealed class ContentWatchTests
{
    // Long enough for any machine; what is waited for takes a tenth of a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    // What is done in a tree with "file", "dir/file", "dir/sub/file" and "link" → "dir", and what is there.
    [TestCase("printf new > file", "/file=new")]
    [TestCase("printf new > ../new; mv ../new file", "/file=new")]
    [TestCase("printf new > dir/sub/other", "/dir/sub/other=new", "/link/sub/other=new")]
    [TestCase("rm file dir/sub/file", "/file=-", "/dir/sub/file=-", "/dir/file=old", "/link/sub/file=-")]
    [TestCase("mkdir -p a/b; printf new > a/b/file; printf new > a/file", "/a/b/file=new", "/a/file=new")]
    [TestCase("rm -r dir", "/dir/file=-", "/link/file=-", "/file=old")]
    [TestCase("mv dir moved", "/moved/sub/file=old", "/dir/file=-", "/link/file=-")]
    [TestCase("mv dir/sub sub; printf new > sub/file", "/sub/file=new", "/dir/sub/file=-")]
    [TestCase("mv dir ../out", "/dir/file=-")]
    [TestCase("cp -r dir ../in; printf new > ../in/file; mv ../in in", "/in/file=new", "/in/sub/file=old")]
    [TestCase("cp -r dir new; printf new > new/file; ln -sfn new link", "/link/file=new", "/dir/file=old")]
    [TestCase("mkdir other; printf new > other/file; ln -s other l; mv -T l link", "/link/file=new",
        "/link/sub/file=-")]
    [TestCase("rm link", "/link/file=-", "/dir/file=old")]
    [TestCase("rm -r dir; printf new > dir", "/dir=new", "/dir/file=-")]
    [TestCase("rm file; mkdir file; printf new > file/index.html", "/file=-", "/file/index.html=new")]
    [TestCase("ln file other; ln -s dir/file third", "/other=old", "/third=old")]
    [TestCase("truncate -s 0 file", "/file=")]
    [TestCase("printf new > .hidden; mv .hidden seen", "/seen=new")]
    [TestCase("mkdir .h; printf new > .h/x; ln -s .h/x hidden", "/hidden=new")]
    public void What_changes_is_served_without_a_signal(string change, params string[] expected)
    {
        _content.Write("file", "old");
        _content.Write("dir/file", "old");
        _content.Write("dir/sub/file", "old");
        _content.Link("link", "dir");
        _content.Watch();
        _content.Shell(change);
        foreach (string each in expected)
        {
            string[] parts = each.Split('=');
            string? body = parts[1] == "-" ? null : parts[1];
            Await(() => _content.ReadBody(parts[0]) == body, each);
        }
        // Once more, of what is there now.
        _content.Write("last/of/all", "seen");
        Await(() => _content.ReadBody("/last/of/all") == "seen", "another change after it");
    }

    [Test]
    public void Links_through_hidden_directories_are_followed_to_what_they_lead_to_later()
    {
        // As Kubernetes mounts a volume and exchanges what is in it.
        _content.Shell("mkdir ..1 ..2; printf 1 > ..1/a; printf 2 > ..2/a");
        _content.Shell("ln -s ..1 ..data; ln -s ..data/a a");
        _content.Watch();
        Assert.That(_content.ReadBody("/a"), Is.EqualTo("1"));
        _content.Shell("ln -s ..2 ..tmp; mv -T ..tmp ..data; rm -r ..1");
        Await(() => _content.ReadBody("/a") == "2", "the link in the way leads elsewhere");
        _content.Shell("printf 3 > ..2/a");
        Await(() => _content.ReadBody("/a") == "3", "its target was written");
        _content.Shell("rm ..data");
        Await(() => _content.Find("/a") is null, "it leads nowhere");
        _content.Shell("mkdir ..4; printf 4 > ..4/a; ln -s ..4 ..data");
        Await(() => _content.ReadBody("/a") == "4", "it leads somewhere again");
    }

    [TestCase("mv -T new/current current", true)]
    [TestCase("ln -sfn releases/2 current", true)]
    [TestCase("mv releases/1 old; mv releases/2 releases/1", true)]
    [TestCase("mv current old; mv releases/2 current", false)]
    [TestCase("rm -r current; mv releases/2 current", false)]
    public void A_root_that_is_exchanged_is_served(string deploy, bool isLink)
    {
        string home = _content.At("..");
        _content.Shell("mkdir -p ../releases/1 ../releases/2 ../new; ln -s releases/2 ../new/current");
        _content.Shell("echo 1 > ../releases/1/a; echo 2 > ../releases/2/a; echo > ../releases/1/gone");
        _content.Shell(isLink ? "ln -s releases/1 ../current" : "cp -r ../releases/1 ../current");
        _content.Options = _content.Options with { Directory = Path.Combine(home, "current") };
        _content.Watch();
        Assert.That(_content.ReadBody("/a"), Is.EqualTo("1\n"));
        _content.Shell($"cd ..; {deploy}");
        Await(() => _content.ReadBody("/a") == "2\n" && _content.Find("/gone") is null, "the other release");
        _content.Shell("echo 3 > ../current/a");
        Await(() => _content.ReadBody("/a") == "3\n", "a change in the other release");
    }

    [Test]
    public void While_the_root_is_away_what_was_served_stays()
    {
        _content.Write("a", "1");
        _content.Watch();
        Directory.Move(_content.Root, _content.At("../away"));
        Await(() => _content.Warnings.Count > 0, "it is told of");
        Assert.That(_content.ReadBody("/a"), Is.EqualTo("1"));
        File.WriteAllText(_content.At("../away/a"), "2");
        Directory.Move(_content.At("../away"), _content.Root);
        Await(() => _content.ReadBody("/a") == "2", "it is back");
        Assert.That(_content.Warnings, Has.Count.EqualTo(1));
    }

    [Test]
    public void An_exchange_of_a_thousand_files_is_one_generation_and_never_a_mixture()
    {
        const int Count = 1000;
        _content.Shell("mkdir dir ../b");
        _content.Shell($"for i in $(seq {Count}); do printf 1 > dir/$i; printf 22 > ../b/$i; done");
        _content.Watch();
        var sizes = new HashSet<string>();
        using var stop = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                sizes.Add(_content.FindDirectory("/dir/") is { } directory
                    ? $"{directory.Children.Length} files, {directory.Children.FileBytes} bytes" : "none");
            }
        });
        reader.Start();
        for (int i = 0; i < 20; i++)
        {
            _content.Shell(i % 2 == 0 ? "mv dir ../a; mv ../b dir" : "mv dir ../b; mv ../a dir");
            int wanted = i % 2 == 0 ? 2 * Count : Count;
            Await(() => _content.FindDirectory("/dir/")?.Children.FileBytes == wanted, $"exchange {i}");
        }
        stop.Cancel();
        reader.Join();
        string[] whole = [$"{Count} files, {Count} bytes", $"{Count} files, {2 * Count} bytes"];
        Assert.That(sizes, Is.EquivalentTo(whole));
    }

    [Test]
    public void A_file_is_served_as_it_was_until_its_writer_closes_it()
    {
        _content.Write("dir/old", "old");
        _content.Watch();
        using (var old = new FileStream(_content.At("dir/old"), FileMode.Truncate))
        using (var made = new FileStream(_content.At("dir/made"), FileMode.CreateNew))
        {
            for (int i = 0; i < 20; i++)
            {
                old.Write("half"u8);
                old.Flush();
                made.Write("half"u8);
                made.Flush();
                string other = i.ToString(CultureInfo.InvariantCulture);
                _content.Write("dir/other", other);
                Await(() => _content.ReadBody("/dir/other") == other, "another file");
                Assert.That(_content.ReadBody("/dir/old"), Is.EqualTo("old"));
                Assert.That(_content.Find("/dir/made"), Is.Null);
            }
        }
        Await(() => _content.Find("/dir/made")?.Body.Length == 80, "the new one");
        Await(() => _content.Find("/dir/old")?.Body.Length == 80, "the old one");
    }

    [Test]
    public void A_file_that_its_writer_leaves_open_is_served_when_it_is_still()
    {
        _content.Write("log", "1\n");
        _content.Watch();
        using var log = new FileStream(_content.At("log"), FileMode.Append);
        log.Write("2\n"u8);
        log.Flush();
        Await(() => _content.ReadBody("/log") == "1\n2\n", "what was written");
    }

    [Test]
    public void A_change_of_our_own_makes_one_generation()
    {
        _content.Write("other/x", "1");
        _content.Write("dir/x", "1");
        _content.Watch();
        _content.Replace("dir/x", "2");
        Assert.That(_content.Store.Apply(["/dir/x"]), Is.True);
        Assert.That(_content.Store.Newest.Number, Is.EqualTo(2));
        _content.Write("other/x", "2");
        Await(() => _content.ReadBody("/other/x") == "2", "another change");
        Assert.That(_content.Store.Newest.Number, Is.EqualTo(3));
    }

    [Test]
    public void A_change_of_our_own_is_served_at_once_whatever_notices_say_of_its_file()
    {
        _content.Write("aside", "1");
        ContentWatch watch = _content.Watch();
        // As an upload gets a name that nobody may have: by another link.
        _content.Shell("ln aside new; rm aside; : > empty");
        Await(() => watch.IsWritten("/new", 0), "the notice");
        Assert.That(_content.Store.Apply(["/new", "/aside", "/empty"]), Is.True);
        Assert.That(_content.ReadBody("/new"), Is.EqualTo("1"));
        File.SetLastWriteTimeUtc(_content.At("new"), DateTime.UnixEpoch.AddSeconds(1000));
        Assert.That(_content.Store.Apply(["/new"]), Is.True);
        Assert.That(_content.Find("/new")!.ModifiedUnixSeconds, Is.EqualTo(1000));
        Assert.That(_content.ReadBody("/empty"), Is.Empty);
    }

    [Test]
    public void More_than_the_kernel_keeps_notices_of_is_seen_all_the_same()
    {
        string limit = File.ReadAllText("/proc/sys/fs/inotify/max_queued_events");
        int most = int.Parse(limit, CultureInfo.InvariantCulture);
        _content.Write("dir/first", "1");
        ContentWatch watch = _content.LoadWatched();
        for (int i = 0; i < most; i++)
        {
            File.Create(_content.At($"dir/{i % 100}")).Dispose();
        }
        _content.Write("dir/last", "2");
        watch.Start(_content.Store);
        Await(() => _content.ReadBody("/dir/last") == "2", "the last one");
        Assert.That(watch.Counters.Overflows, Is.EqualTo(1));
        Assert.That(watch.Counters.Reloads, Is.EqualTo(1));
        Assert.That(_content.List("/dir/"), Has.Count.EqualTo(102));
    }

    [Test]
    public void A_hundred_thousand_changes_are_all_seen()
    {
        const int Count = 100_000;
        const int Names = 12_000;
        string[] paths = [.. Enumerable.Range(0, Names).Select(name => _content.At($"dir/{name}"))];
        Directory.CreateDirectory(_content.At("dir"));
        foreach (string path in paths)
        {
            File.Create(path).Dispose();
        }
        ContentWatch watch = _content.Watch();
        var started = Stopwatch.StartNew();
        for (int i = 0; i < Count; i++)
        {
            File.SetLastWriteTimeUtc(paths[i % Names], DateTime.UnixEpoch.AddSeconds(i));
        }
        TimeSpan changed = started.Elapsed;
        _content.Write("last", "seen");
        Await(() => _content.ReadBody("/last") == "seen", "the last change");
        Await(
            () => Enumerable.Range(Count - Names, Names).All(
                i => _content.Find($"/dir/{i % Names}")!.ModifiedUnixSeconds == i),
            "what was set last");
        TestContext.Out.WriteLine(
            $"{Count} changes in {changed.TotalSeconds:0.00} s, "
            + $"all seen {(started.Elapsed - changed).TotalSeconds:0.00} s after; "
            + $"{watch.Counters.Overflows} overflows, {watch.Counters.Reloads} whole looks");
    }

    [Test]
    public void Without_enough_watches_the_rest_is_polled_and_the_limit_is_named()
    {
        _content.Write("a/file", "1");
        _content.Write("b/file", "1");
        _content.Options = _content.Options with { Poll = Duration.Parse("100ms") };
        ContentWatch watch = _content.Watch(watchedMax: 2);
        Assert.That(watch.Polled, Is.GreaterThan(0));
        Assert.That(_content.Warnings, Has.One.Contains("fs.inotify.max_user_watches="));
        _content.Write("a/file", "22");
        _content.Write("b/file", "22");
        Await(() => _content.ReadBody("/a/file") == "22" && _content.ReadBody("/b/file") == "22", "both");
        Assert.That(_content.Warnings, Has.Count.EqualTo(1));
    }

    [Test]
    public void Without_watching_everything_is_polled_and_what_is_the_same_makes_no_generation()
    {
        _content.Write("a/file", "1");
        _content.Link("left out", "nowhere");
        _content.Options = _content.Options with { Watch = false, Poll = Duration.Parse("20ms") };
        ContentWatch watch = _content.Watch();
        Await(() => watch.Counters.Polls > 5, "some looks");
        Assert.That(_content.Store.Newest.Number, Is.EqualTo(1));
        Assert.That(_content.Warnings, Has.Count.EqualTo(1), "what is left out is told of once");
        _content.Write("a/file", "22");
        Await(() => _content.ReadBody("/a/file") == "22", "the change");
        Assert.That(_content.Store.Summary.LeftOut, Is.EqualTo(1));
    }

    [Test]
    public void What_is_gone_takes_no_watch_any_more()
    {
        _content.Shell("mkdir -p a/b/c d .h/i; printf x > .h/i/x; ln -s .h/i/x link; ln -s a/b ab");
        ContentWatch watch = _content.Watch();
        // The root, its parent, a, b, c, d, .h and .h/i.
        Assert.That(watch.Watched, Is.EqualTo(8));
        _content.Shell("rm -r a d link ab; printf 1 > done");
        Await(() => _content.Find("/done") is not null && watch.Watched == 2, "the root and its parent");
        _content.Shell("mkdir -p a/b; mv a ../a; rm done");
        Await(() => _content.Find("/done") is null && watch.Watched == 2, "what was moved away is left");
    }

    [Test]
    public void Names_that_no_request_can_have_disturb_nobody()
    {
        _content.Watch();
        _content.Shell("printf x > \"$(printf 'a\\377b')\"; printf x > \"$(printf 'a\\nb')\"");
        _content.Shell("printf x > 'a\\b'");
        _content.Shell("mkdir \"$(printf 'd\\377')\"; printf x > \"$(printf 'd\\377')/x\"; mkfifo fifo");
        _content.Write("last", "seen");
        Await(() => _content.ReadBody("/last") == "seen", "another change");
        Assert.That(_content.Names, Is.EqualTo(["/last"]));
    }

    [Test]
    public void A_tree_that_never_holds_still_is_served_all_the_same()
    {
        _content.Write("dir/file", "0");
        _content.Watch();
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                _content.Write("dir/busy", $"{i}");
                Thread.Sleep(5);
            }
        });
        writer.Start();
        _content.Write("dir/file", "1");
        Await(() => _content.ReadBody("/dir/file") == "1" && _content.Find("/dir/busy") is not null, "both");
        stop.Cancel();
        writer.Join();
    }

    private static void Await(Func<bool> isSo, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.That(waited.Elapsed, Is.LessThan(Patience), $"in vain: {what}");
            Thread.Sleep(2);
        }
    }
}
