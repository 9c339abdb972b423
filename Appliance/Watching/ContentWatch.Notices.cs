using System.Text;
using Microsoft.Extensions.Logging;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Watching;

/// <content>What each of the kernel's notices says of the content's paths.</content>
internal sealed partial class ContentWatch
{
    private const long CrowdNanoseconds = 10_000_000_000;

    // Under the lock. Takes in what has happened so far.
    private void Drain(Instant now)
    {
        Instant due = _gather.DueAt;
        while (_watch?.Read(_buffer) is { } length and > 0)
        {
            ReadOnlySpan<byte> events = _buffer.AsSpan(0, length);
            while (DirectoryEvent.TryTake(ref events, out DirectoryEvent taken))
            {
                Take(taken, now);
            }
        }
        if (_gather.DueAt < due)
        {
            _wake.Set();
        }
    }

    private void Take(in DirectoryEvent taken, Instant now)
    {
        if (taken.What.HasFlag(DirectoryEvents.Overflow))
        {
            Counters.Overflows++;
            AddAll(now, "more happened than the kernel keeps notices of");
            return;
        }
        if (_tree.Find(taken.Watch) is not { } directory)
        {
            return;
        }
        if (taken.Name.IsEmpty)
        {
            TakeOfItself(directory, taken.What, now);
        }
        else if (CanonicalPath.IsSegment(taken.Name))
        {
            TakeOfName(directory, Encoding.UTF8.GetString(taken.Name), taken.What, now);
        }
    }

    private void TakeOfItself(WatchedDirectory directory, DirectoryEvents what, Instant now)
    {
        foreach (WatchNode place in directory.Places)
        {
            Change(place, now);
        }
        if (!what.HasFlag(DirectoryEvents.Attributes))
        {
            foreach (WatchNode link in directory.Passing?.Values.SelectMany(links => links) ?? [])
            {
                Change(link, now);
            }
        }
        if (what.HasFlag(DirectoryEvents.Ignored))
        {
            _tree.Lose(directory);
        }
    }

    private void TakeOfName(WatchedDirectory directory, string name, DirectoryEvents what, Instant now)
    {
        if (!CanonicalPath.IsHidden(Encoding.UTF8.GetBytes(name)))
        {
            foreach (WatchNode place in directory.Places)
            {
                Change(place.PathOf(name), what, now);
            }
        }
        if (what.HasFlag(DirectoryEvents.MovedFrom | DirectoryEvents.OfDirectory))
        {
            // What happens in it from now on is of where it went, where it is watched anew.
            directory.Places.ToList().ForEach(place => _tree.Forget(place, name));
        }
        if (directory.Passing?.TryGetValue(name, out HashSet<WatchNode>? passing) == true)
        {
            foreach (WatchNode link in passing)
            {
                if (link.Parent is null)
                {
                    Change(link, now);
                }
                else
                {
                    Change(link.Path, what, now);
                }
            }
        }
    }

    private void Change(WatchNode node, Instant now)
    {
        if (node.Parent is null)
        {
            AddAll(now, null);
        }
        else
        {
            Change(node.Path, DirectoryEvents.OfDirectory, now);
        }
    }

    private void Change(string path, DirectoryEvents what, Instant now)
    {
        Counters.Changes++;
        _store?.Distrust(path);
        bool isDirectory = what.HasFlag(DirectoryEvents.OfDirectory);
        // Who has just made a file has it open, and is about to write it: a link or another name of a file
        // are looked at all the same.
        bool isWritten = !isDirectory
            && (what.HasFlag(DirectoryEvents.Modified)
                || (what.HasFlag(DirectoryEvents.Attributes) && _gather.IsWritten(path, length: 0)));
        bool isOk = isWritten
            ? _gather.AddWritten(path, now, what.HasFlag(DirectoryEvents.Modified))
            : _gather.Add(path, now);
        if (isOk && !isDirectory && what.HasFlag(DirectoryEvents.Created))
        {
            isOk = _gather.AddWritten(path, now, isModified: false);
        }
        if (!isOk)
        {
            AddAll(now, "more names changed than are looked at one by one");
        }
    }

    private void AddAll(Instant now, string? crowd)
    {
        Counters.Changes++;
        _store?.DistrustAll();
        _gather.AddAll(now);
        if (crowd is not null && now.Since(_toldCrowdAt) >= CrowdNanoseconds)
        {
            _toldCrowdAt = now;
            _logger.LogInformation("The content is looked at as a whole, since {Reason:l}", crowd);
        }
    }
}
