using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Content;

public sealed class ResidencyTests
{
    private const long Window = 1L << FileWindows.WindowShift;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private Storage _storage = null!;

    [SetUp]
    public void SetUp() => _storage = new Storage();

    [TearDown]
    public void TearDown() => _storage.Dispose();

    [Test]
    public void A_window_is_pending_until_storage_has_answered_and_the_shard_is_woken()
    {
        FileWindows file = _storage.Add(region: 1, windows: 10);
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Pending));
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Pending));
        Assert.That(_storage.Asked(), Is.EqualTo((1, 0L, Window)));
        long version = _storage.Shard.Version;
        _storage.Answer(true);
        _storage.AwaitWake();
        Assert.That(_storage.Shard.Version, Is.GreaterThan(version));
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Resident));
    }

    [Test]
    public void The_windows_behind_the_one_that_is_sent_are_asked_for_too()
    {
        FileWindows file = _storage.Add(region: 1, windows: 3, lastLength: 5);
        _storage.Prepare(file, 0);
        _storage.Asked();
        _storage.Answer(true);
        Assert.That(_storage.Asked(), Is.EqualTo((1, Window, Window)));
        _storage.Answer(true);
        Assert.That(_storage.Asked(), Is.EqualTo((1, 2 * Window, 5L)));
        _storage.Answer(true);
    }

    [Test]
    public void A_slice_over_the_edge_of_two_windows_needs_both()
    {
        FileWindows file = _storage.Add(region: 1, windows: 2);
        Assert.That(_storage.Prepare(file, Window - 10, 20), Is.EqualTo(ContentReadiness.Pending));
        _storage.Asked();
        _storage.Answer(true);
        _storage.AwaitWake();
        Assert.That(_storage.Prepare(file, Window - 10, 10), Is.EqualTo(ContentReadiness.Resident));
        Assert.That(_storage.Prepare(file, Window - 10, 20), Is.EqualTo(ContentReadiness.Pending));
        _storage.Asked();
        _storage.Answer(true);
        _storage.AwaitWake();
        Assert.That(_storage.Prepare(file, Window - 10, 20), Is.EqualTo(ContentReadiness.Resident));
    }

    [Test]
    public void A_peer_that_asks_for_many_cold_files_delays_anothers_by_one_window()
    {
        Ipv4Address greedy = new(1);
        Ipv4Address modest = new(2);
        FileWindows[] many = [.. Enumerable.Range(1, 8).Select(i => _storage.Add(i, windows: 1))];
        FileWindows shared = _storage.Add(region: 9, windows: 20);
        FileWindows one = _storage.Add(region: 10, windows: 1);
        _storage.PrepareFor(greedy, many[0], 0);
        _storage.PrepareFor(greedy, many[1], 0);
        int[] first = [_storage.Asked().Region, _storage.Asked().Region];
        Assert.That(first, Is.EquivalentTo(new[] { 1, 2 }), "two helpers are at two files");
        foreach (FileWindows file in many[2..])
        {
            _storage.PrepareFor(greedy, file, 0);
        }
        for (int window = 0; window < 10; window++)
        {
            _storage.PrepareFor(greedy, shared, window * Window);
        }
        _storage.PrepareFor(modest, one, 0);
        _storage.PrepareFor(modest, shared, 19 * Window);
        _storage.Answer(true, region: 1);
        _storage.Answer(true, region: 2);
        int[] second = [_storage.Asked().Region, _storage.Asked().Region];
        Assert.That(second, Does.Contain(10), "then it is the other's turn");
        foreach (int region in second)
        {
            _storage.Answer(true, region);
        }
        var third = new[] { _storage.Asked(), _storage.Asked() };
        Assert.That(
            third.Select(asked => (asked.Region, asked.Offset)), Does.Contain((9, 19 * Window)),
            "of a file that both wait for it is the other's window");
        Array.ForEach(third, asked => _storage.Answer(true, asked.Region));
    }

    [Test]
    public void A_slow_file_takes_up_one_helper_and_delays_no_other_file()
    {
        FileWindows slow = _storage.Add(region: 1, windows: 10);
        FileWindows fast = _storage.Add(region: 2, windows: 1);
        _storage.Prepare(slow, 0);
        _storage.Prepare(slow, 5 * Window);
        Assert.That(_storage.Asked().Region, Is.EqualTo(1));
        _storage.Prepare(fast, 0);
        // Storage has five more windows of the slow file to bring, and is asked for the other file first.
        Assert.That(_storage.Asked().Region, Is.EqualTo(2));
        _storage.Answer(true, region: 2);
        _storage.AwaitWake();
        Assert.That(_storage.Prepare(fast, 0), Is.EqualTo(ContentReadiness.Resident));
        Assert.That(_storage.Prepare(slow, 0), Is.EqualTo(ContentReadiness.Pending));
        Assert.That(_storage.Residency.TryRemove(1), Is.False, "A helper is at it.");
    }

    [Test]
    public void A_window_that_was_looked_after_a_while_ago_is_sent_from_while_it_is_looked_after_again()
    {
        FileWindows file = _storage.Add(region: 1, windows: 1);
        _storage.Bring(file);
        _storage.Now = _storage.Now.PlusMilliseconds(999);
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Resident));
        Assert.That(file.StateOf(0), Is.EqualTo(WindowState.Resident));
        _storage.Now = _storage.Now.PlusMilliseconds(1);
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Resident));
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Resident));
        Assert.That(file.StateOf(0), Is.EqualTo(WindowState.Refreshing));
        _storage.Asked();
        _storage.Now = _storage.Now.PlusMilliseconds(29_000);
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Pending), "It is too old by now.");
        _storage.Answer(true);
        _storage.AwaitWake();
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Resident));
    }

    [Test]
    public void A_window_that_nobody_looked_after_for_long_is_asked_for_before_it_is_sent()
    {
        FileWindows file = _storage.Add(region: 1, windows: 1);
        _storage.Bring(file);
        _storage.Now = _storage.Now.PlusMilliseconds(30_000);
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Pending));
        _storage.Asked();
        _storage.Answer(true);
    }

    [Test]
    public void A_window_that_cannot_be_read_is_faulted_and_its_file_is_counted_once()
    {
        FileWindows file = _storage.Add(region: 1, windows: 2);
        _storage.Prepare(file, 0, 2 * Window);
        _storage.Asked();
        _storage.Answer(false);
        _storage.Asked();
        _storage.Answer(false);
        _storage.AwaitWake();
        _storage.AwaitState(file, 1, WindowState.Faulted);
        Assert.That(_storage.Prepare(file, Window), Is.EqualTo(ContentReadiness.Faulted));
        Assert.That(_storage.Prepare(file, 0), Is.EqualTo(ContentReadiness.Faulted));
        Assert.That(_storage.Residency.FaultedFiles, Is.EqualTo(1));
        Assert.That(_storage.Residency.IsSound(1), Is.False);
    }

    [Test]
    public void A_window_whose_reading_throws_is_faulted_and_other_files_are_brought()
    {
        FileWindows broken = _storage.Add(region: 1, windows: 1);
        FileWindows whole = _storage.Add(region: 2, windows: 1);
        _storage.Throws = 1;
        _storage.Prepare(broken, 0);
        _storage.AwaitState(broken, 0, WindowState.Faulted);
        Assert.That(_storage.Prepare(broken, 0), Is.EqualTo(ContentReadiness.Faulted));
        Assert.That(_storage.Faults.JobFaults, Is.EqualTo(1));
        for (int i = 0; i < 3; i++)
        {
            _storage.AnswersAtOnce = true;
            _storage.Prepare(whole, 0);
            _storage.AwaitState(whole, 0, WindowState.Resident);
            whole.Set(0, WindowState.Unknown);
        }
    }

    [Test]
    public void More_windows_than_can_be_asked_for_at_once_are_brought_all_the_same()
    {
        const int Count = 200;
        FileWindows file = _storage.Add(region: 1, windows: Count);
        _storage.AnswersAtOnce = true;
        int resident = 0;
        long deadline = Environment.TickCount64 + 10_000;
        while (resident < Count && Environment.TickCount64 < deadline)
        {
            long version = _storage.Shard.Version;
            resident = Enumerable.Range(0, Count)
                .Count(window => _storage.Prepare(file, window * Window) == ContentReadiness.Resident);
            if (resident < Count && _storage.Shard.Version == version)
            {
                _storage.AwaitWake();
            }
        }
        Assert.That(resident, Is.EqualTo(Count));
    }

    [Test]
    public void Preparing_allocates_nothing()
    {
        FileWindows file = _storage.Add(region: 1, windows: 100);
        _storage.AnswersAtOnce = true;
        _storage.Prepare(file, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int window = 0; window < 100; window++)
        {
            _storage.Prepare(file, window * Window);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>A residency with two helpers whose storage answers when the test says so.</summary>
    private sealed class Storage : IDisposable
    {
        private readonly BlockingCollection<(int Region, long Offset, long Length)> _asked = [];
        private readonly BlockingCollection<bool>[] _answers =
            [.. Enumerable.Range(0, 11).Select(_ => new BlockingCollection<bool>())];
        private readonly SemaphoreSlim _woken = new(0);
        private readonly ContentDirectory _content = new();
        private long _now = 5_000_000_000;

        public Storage()
        {
            Residency = new Residency(
                Populate, () => Now, threads: 2, NullLogger.Instance, faults: Faults);
            Shard = new ShardContent(_content.Store, _content.Regions, Residency, () => _woken.Release());
            Residency.AddShard(Shard);
        }

        public Residency Residency { get; }

        public ShardContent Shard { get; }

        public FaultLog Faults { get; } = new(NullLogger.Instance);

        public bool AnswersAtOnce { get; set; }

        public int Throws { get; set; }

        public Instant Now
        {
            get => new(Volatile.Read(ref _now));
            set => Volatile.Write(ref _now, value.Nanoseconds);
        }

        public FileWindows Add(int region, int windows, long lastLength = Window)
        {
            Residency.Add(region, ((windows - 1) * Window) + lastLength, "/file");
            return Residency.Files[region]!;
        }

        public ContentReadiness Prepare(FileWindows file, long offset, long length = 1) =>
            Shard.Prepare(new ContentSlice(file.Region, offset, length), Now);

        public ContentReadiness PrepareFor(Ipv4Address peer, FileWindows file, long offset) =>
            Shard.Prepare(new ContentSlice(file.Region, offset, 1), peer, Now);

        public (int Region, long Offset, long Length) Asked()
        {
            Assert.That(_asked.TryTake(out var asked, Patience), Is.True, "Storage is asked.");
            return asked;
        }

        public void Answer(bool isThere, int region = 1) => _answers[region].Add(isThere);

        public void AwaitWake() => Assert.That(_woken.Wait(Patience), Is.True, "The shard is woken.");

        public void AwaitState(FileWindows file, int window, WindowState state) =>
            Assert.That(SpinWait.SpinUntil(() => file.StateOf(window) == state, Patience), Is.True);

        public void Bring(FileWindows file)
        {
            Prepare(file, 0);
            Asked();
            Answer(true, file.Region);
            AwaitWake();
        }

        public void Dispose()
        {
            foreach (var answers in _answers)
            {
                answers.CompleteAdding();
            }
            Residency.Dispose();
            _content.Dispose();
            _woken.Dispose();
        }

        private bool Populate(int region, long offset, long length)
        {
            if (region == Throws)
            {
                throw new NotSupportedException("on purpose");
            }
            if (AnswersAtOnce)
            {
                return true;
            }
            _asked.Add((region, offset, length));
            return _answers[region].TryTake(out bool isThere, Patience) && isThere;
        }
    }
}
