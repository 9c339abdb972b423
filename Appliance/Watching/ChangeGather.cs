using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Watching;

/// <summary>
/// Gathers changes until nothing has changed for a while, so that what belongs together is served together:
/// the two renamings of an exchange, a tree that is unpacked. Something that changes all the time is looked
/// at all the same, a while after its first change.
/// </summary>
/// <param name="delay">Nanoseconds without a change.</param>
/// <param name="pathsMax">More paths than this stand for everything.</param>
internal sealed class ChangeGather(long delay, int pathsMax = 10_000)
{
    /// <summary>Nanoseconds that a change waits for others at most.</summary>
    public const long MostNanoseconds = 1_000_000_000;

    // Who writes a file and leaves it open (a log) is waited for so long after the last and the first write.
    private const long WriteStillNanoseconds = 1_000_000_000;
    private const long WriteMostNanoseconds = 10_000_000_000;

    private readonly Dictionary<string, Spell> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Spell> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private Spell? _all;
    private bool _isAllTouched;
    private Instant _first = Instant.Never;
    private Instant _last;
    private Instant _writtenDue = Instant.Never;

    /// <summary>When something is to be looked at.</summary>
    public Instant DueAt => _first == Instant.Never
        ? _writtenDue
        : Instant.Min(_writtenDue, Instant.Min(_last.Plus(delay), _first.Plus(MostNanoseconds)));

    /// <summary>A path changed; false when it is one too many, and everything is looked at.</summary>
    public bool Add(string path, Instant now)
    {
        Touch(path);
        _written.Remove(path);
        if (_changed.Count == pathsMax && !_changed.ContainsKey(path))
        {
            AddAll(now);
            return false;
        }
        _changed[path] = _changed.TryGetValue(path, out Spell spell)
            ? spell with { Last = now }
            : new Spell(now, now);
        Mark(now, now);
        return true;
    }

    /// <summary>A file is being written by somebody who has it open; false as of <see cref="Add"/>.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="now">The time.</param>
    /// <param name="isModified">It was written to, or cut; else it was made and may be written to.</param>
    public bool AddWritten(string path, Instant now, bool isModified = true)
    {
        Touch(path);
        if (_written.Count == pathsMax && !_written.ContainsKey(path))
        {
            return Add(path, now);
        }
        Spell spell = _written.GetValueOrDefault(path, new Spell(now, now));
        _written[path] = spell with { Last = now, IsModified = spell.IsModified || isModified };
        _writtenDue = Instant.Min(_writtenDue, now.Plus(WriteStillNanoseconds));
        return true;
    }

    /// <summary>Anything may have changed.</summary>
    public void AddAll(Instant now)
    {
        _all = _all is { } spell ? spell with { Last = now } : new Spell(now, now);
        _changed.Clear();
        Mark(now, now);
    }

    /// <summary>
    /// Whether somebody is writing a file. What was made and has bytes already was made whole, by a link.
    /// </summary>
    public bool IsWritten(string path, long length) =>
        _written.TryGetValue(path, out Spell spell) && (spell.IsModified || length == 0);

    /// <summary>Whether a change of a path, or above it, waits to be looked at.</summary>
    public bool IsTouched(string path) =>
        _all is not null
        || ((_changed.Count > 0 || _written.Count > 0)
            && SelfAndAbove(path).Any(above => _changed.ContainsKey(above) || _written.ContainsKey(above)));

    /// <summary>What is due; null: nothing. What is touched from here on disturbs the look at it.</summary>
    public ChangeSet? Take(Instant now)
    {
        TakeWritten(now);
        if (_first == Instant.Never || now < DueAt)
        {
            return null;
        }
        _touched.Clear();
        _isAllTouched = false;
        if (_all is { } all)
        {
            _all = null;
            _changed.Clear();
            Recount();
            return new ChangeSet(null, all.First);
        }
        var due = _changed.Where(path => IsDue(path.Value, now))
            .ToDictionary(path => path.Key, path => path.Value.First, StringComparer.Ordinal);
        foreach (string path in due.Keys)
        {
            _changed.Remove(path);
        }
        Recount();
        return due.Count == 0 ? null : new ChangeSet(due, due.Values.Min());
    }

    /// <summary>Whether what was looked at has been touched since it was taken, and can still wait.</summary>
    /// <param name="set">What was taken.</param>
    /// <param name="looked">Paths, none below another; null: everything.</param>
    /// <param name="now">The time.</param>
    public bool Disturbs(ChangeSet set, IReadOnlyCollection<string>? looked, Instant now)
    {
        if (looked is null)
        {
            return _all is not null && now.Since(set.First) < MostNanoseconds;
        }
        if (_touched.Count == 0 && !_isAllTouched && _all is null)
        {
            return false;
        }
        HashSet<string> at = looked.ToHashSet(StringComparer.Ordinal);
        if (_isAllTouched || _all is not null)
        {
            return at.Any(path => CanWait(set, path, now));
        }
        return _touched.SelectMany(SelfAndAbove).Any(path => at.Contains(path) && CanWait(set, path, now))
            || at.Any(path => SelfAndAbove(path).Any(_touched.Contains) && CanWait(set, path, now));
    }

    /// <summary>A look at these was in vain: they wait for the next.</summary>
    public void PutBack(ChangeSet set, Instant now)
    {
        if (set.Paths is null)
        {
            _all = new Spell(set.First, now);
        }
        foreach ((string path, Instant first) in set.Paths ?? [])
        {
            Instant last = _changed.TryGetValue(path, out Spell spell) ? spell.Last : first;
            _changed[path] = new Spell(first, last);
        }
        Mark(set.First, now);
    }

    /// <summary>A path and all that are above it, but the root.</summary>
    private static IEnumerable<string> SelfAndAbove(string path)
    {
        for (int end = path.Length; end > 1; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private static bool CanWait(ChangeSet set, string looked, Instant now)
    {
        Dictionary<string, Instant> paths = set.Paths!;
        Instant first = paths.TryGetValue(looked, out Instant known)
            ? known
            : paths.Where(path => path.Key.StartsWith(looked + "/", StringComparison.Ordinal))
                .Select(path => path.Value).DefaultIfEmpty(set.First).Min();
        return now.Since(first) < MostNanoseconds;
    }

    private bool IsDue(in Spell spell, Instant now) =>
        now.Since(spell.Last) >= delay || now.Since(spell.First) >= MostNanoseconds;

    private void TakeWritten(Instant now)
    {
        if (now < _writtenDue)
        {
            return;
        }
        string[] due =
        [
            .. from path in _written
               where now.Since(path.Value.Last) >= WriteStillNanoseconds
                   || now.Since(path.Value.First) >= WriteMostNanoseconds
               select path.Key,
        ];
        foreach (string path in due)
        {
            // It has waited already.
            _written.Remove(path);
            _changed.TryAdd(path, new Spell(now.Plus(-MostNanoseconds), now));
            Mark(now.Plus(-MostNanoseconds), now);
        }
        _writtenDue = _written.Count == 0
            ? Instant.Never
            : _written.Values.Min(spell => Instant.Min(
                spell.Last.Plus(WriteStillNanoseconds), spell.First.Plus(WriteMostNanoseconds)));
    }

    private void Touch(string path)
    {
        if (_touched.Count < pathsMax)
        {
            _touched.Add(path);
        }
        else
        {
            _isAllTouched = true;
        }
    }

    private void Mark(Instant first, Instant last)
    {
        _first = Instant.Min(_first, first);
        _last = _last < last ? last : _last;
    }

    private void Recount() => _first = _changed.Values.Select(spell => spell.First)
        .DefaultIfEmpty(Instant.Never).Min();

    /// <summary>When something changed first and last, and whether in more than its name.</summary>
    private readonly record struct Spell(Instant First, Instant Last, bool IsModified = false);
}
