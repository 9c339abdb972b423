using Straightwire.Appliance.Watching;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Watching;

public sealed class ChangeGatherTests
{
    private const int PathsMax = 10;

    private readonly Instant _start = new(7_000_000_000_000);
    private ChangeGather _gather = null!;

    [SetUp]
    public void SetUp() => _gather = new ChangeGather(delay: 50_000_000, PathsMax);

    [Test]
    public void Changes_are_taken_together_when_nothing_has_changed_for_the_delay()
    {
        Assert.That(_gather.DueAt, Is.EqualTo(Instant.Never));
        _gather.Add("/a", At(0));
        _gather.Add("/b", At(40));
        Assert.That(_gather.DueAt, Is.EqualTo(At(90)));
        Assert.That(_gather.Take(At(89)), Is.Null);
        Assert.That(Taken(At(90)), Is.EqualTo(["/a", "/b"]));
        Assert.That(_gather.DueAt, Is.EqualTo(Instant.Never));
        Assert.That(_gather.Take(At(5000)), Is.Null);
    }

    [Test]
    public void After_a_second_of_changes_those_that_are_still_are_taken_and_the_others_wait()
    {
        _gather.Add("/still", At(0));
        for (int i = 0; i < 100; i++)
        {
            _gather.Add(i < 50 ? "/first" : "/second", At(10 * i));
        }
        Assert.That(_gather.DueAt, Is.EqualTo(At(1000)));
        Assert.That(Taken(At(1000)), Is.EqualTo(["/first", "/still"]));
        Assert.That(_gather.DueAt, Is.EqualTo(At(1040)));
        Assert.That(Taken(At(1040)), Is.EqualTo(["/second"]));
    }

    [Test]
    public void What_never_holds_still_is_taken_each_second()
    {
        for (int i = 0; i < 100; i++)
        {
            _gather.Add("/log", At(10 * i));
        }
        Assert.That(Taken(At(1000)), Is.EqualTo(["/log"]));
        _gather.Add("/log", At(1001));
        Assert.That(_gather.Take(At(1002)), Is.Null);
    }

    [Test]
    public void More_paths_than_are_looked_at_one_by_one_stand_for_everything()
    {
        for (int i = 0; i < PathsMax; i++)
        {
            Assert.That(_gather.Add($"/{i}", At(0)), Is.True);
        }
        Assert.That(_gather.Add("/0", At(0)), Is.True, "it is one of them");
        Assert.That(_gather.Add("/one more", At(1)), Is.False);
        ChangeSet set = _gather.Take(At(51))!;
        Assert.That(set.Paths, Is.Null);
        Assert.That(_gather.Take(At(5000)), Is.Null);
    }

    [Test]
    public void A_file_that_is_being_written_is_taken_when_it_is_closed_or_still_for_a_second()
    {
        _gather.AddWritten("/open", At(0));
        _gather.AddWritten("/closed", At(0));
        Assert.That(_gather.IsWritten("/closed", 1), Is.True);
        _gather.Add("/closed", At(100));
        Assert.That(_gather.IsWritten("/closed", 1), Is.False);
        Assert.That(Taken(At(150)), Is.EqualTo(["/closed"]));
        _gather.AddWritten("/open", At(900));
        Assert.That(_gather.Take(At(1000)), Is.Null);
        Assert.That(_gather.DueAt, Is.EqualTo(At(1900)));
        Assert.That(Taken(At(1900)), Is.EqualTo(["/open"]));
        Assert.That(_gather.IsWritten("/open", 1), Is.False);
    }

    [Test]
    public void A_file_that_was_made_is_written_if_it_is_empty_or_was_written_to()
    {
        _gather.Add("/made", At(0));
        _gather.AddWritten("/made", At(0), isModified: false);
        Assert.That(_gather.IsWritten("/made", 0), Is.True, "who has made it will write it");
        Assert.That(_gather.IsWritten("/made", 1), Is.False, "it is another file's name");
        Assert.That(Taken(At(50)), Is.EqualTo(["/made"]));
        _gather.AddWritten("/made", At(60));
        _gather.AddWritten("/made", At(61), isModified: false);
        Assert.That(_gather.IsWritten("/made", 1), Is.True);
    }

    [Test]
    public void A_file_that_is_written_all_the_time_is_taken_each_ten_seconds()
    {
        for (int i = 0; i < 1000; i++)
        {
            _gather.AddWritten("/log", At(10 * i));
            Assert.That(_gather.Take(At(10 * i)), Is.Null);
        }
        Assert.That(Taken(At(10_000)), Is.EqualTo(["/log"]));
    }

    // (what was taken, what was looked at, what is touched meanwhile) → whether that disturbs it
    [TestCase("/a", "/a", "/a", true)]
    [TestCase("/a", "/a", "/a/b", true)]
    [TestCase("/a/b", "/a", "/a/c", true)]
    [TestCase("/a/b", "/a/b", "/a", true)]
    [TestCase("/a", "/a", "/ab", false)]
    [TestCase("/a", "/a", "/b", false)]
    [TestCase("/a/b", "/a/b", "/a/c", false)]
    public void A_change_at_above_or_below_what_was_looked_at_disturbs_the_look(
        string changed, string looked, string touched, bool isDisturbed)
    {
        _gather.Add(changed, At(0));
        ChangeSet set = _gather.Take(At(50))!;
        Assert.That(_gather.Disturbs(set, [looked], At(51)), Is.False);
        _gather.AddWritten(touched, At(51));
        Assert.That(_gather.Disturbs(set, [looked], At(51)), Is.EqualTo(isDisturbed));
    }

    [Test]
    public void A_disturbed_look_waits_for_stillness_again_and_for_a_second_at_most()
    {
        _gather.Add("/a", At(0));
        ChangeSet set = _gather.Take(At(50))!;
        int looks = 1;
        for (int i = 51; i < 1000; i++)
        {
            _gather.AddWritten("/a/b", At(i));
            if (set is not null)
            {
                Assert.That(_gather.Disturbs(set, ["/a"], At(i)), Is.True);
                _gather.PutBack(set, At(i));
            }
            set = _gather.Take(At(i))!;
            looks += set is null ? 0 : 1;
        }
        Assert.That(looks, Is.LessThan(25));
        set ??= _gather.Take(At(1000))!;
        _gather.AddWritten("/a/b", At(1000));
        Assert.That(set.Paths!.Keys, Is.EqualTo(["/a"]));
        Assert.That(_gather.Disturbs(set, ["/a"], At(1000)), Is.False);
    }

    [Test]
    public void A_look_at_everything_is_disturbed_by_news_of_everything_alone()
    {
        _gather.AddAll(At(0));
        ChangeSet set = _gather.Take(At(50))!;
        _gather.Add("/a", At(60));
        Assert.That(_gather.Disturbs(set, null, At(60)), Is.False);
        _gather.AddAll(At(70));
        Assert.That(_gather.Disturbs(set, null, At(70)), Is.True);
        _gather.PutBack(set, At(71));
        Assert.That(_gather.Take(At(120)), Is.Null);
        Assert.That(_gather.Take(At(121)), Is.EqualTo(new ChangeSet(null, At(0))));
        Assert.That(_gather.Disturbs(set, null, At(1000)), Is.False);
    }

    private Instant At(int milliseconds) => _start.PlusMilliseconds(milliseconds);

    private string[] Taken(Instant now) =>
        [.. _gather.Take(now)!.Paths!.Keys.Order(StringComparer.Ordinal)];
}
