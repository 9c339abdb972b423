using System.Text;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>
/// Any mix of calls that change files and their metadata, against readers that ask for the whole, for parts
/// and for news, step by step from one seed. What was answered is held against what the file was when the
/// head of the answer was made.
/// </summary>
internal sealed class ContentIdentityMix
{
    private const int Files = 5;
    private const int PackedMax = 4000;
    private const int LengthMin = 100_000;
    private const int LengthMax = 3_000_000;
    private const int ReadersMax = 6;
    private const int TimeMaxMilliseconds = 30_000;

    // A change so late is one of the last moment: what was sent before it has left already.
    private static readonly TimeSpan LastMoment = TimeSpan.FromMilliseconds(10);

    private readonly ContentDirectory _content;
    private readonly ContentReader _reader;
    private readonly Random _random;
    private readonly string?[] _hashes = new string?[Files];
    private readonly DateTime[] _changedAt = new DateTime[Files];
    private readonly Dictionary<string, string> _hashByTag = new(StringComparer.Ordinal);
    private readonly HashSet<string> _packedTags = new(StringComparer.Ordinal);
    private readonly List<string>[] _tags;
    private readonly List<Reading> _readings = [];
    private readonly List<string> _history = [];

    public ContentIdentityMix(ContentDirectory content, int seed, bool isWatched)
    {
        _content = content;
        _random = new Random(seed);
        _tags = [.. Enumerable.Range(0, Files).Select(static _ => new List<string>())];
        content.Options = content.Options with { PackedFileBytes = PackedMax };
        for (int file = 0; file < Files; file++)
        {
            Rewrite(file);
        }
        if (isWatched)
        {
            content.Watch();
        }
        _reader = new ContentReader(content.Store);
    }

    /// <summary>Answers by what they were.</summary>
    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes steps, and returns how many: on a machine that is busy fewer have to do.</summary>
    public int Run(int steps, TimeSpan limit)
    {
        long until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        int step = 0;
        for (; step < steps && Environment.TickCount64 < until; step++)
        {
            switch (_random.Next(10))
            {
                case 0 or 1:
                    Change(_random.Next(Files));
                    break;
                case 2 or 3 or 4 when _readings.Count < ReadersMax:
                    Ask(_random.Next(Files));
                    break;
                default:
                    Advance();
                    break;
            }
        }
        long end = Environment.TickCount64 + TimeMaxMilliseconds;
        while (_readings.Count > 0)
        {
            Advance();
            Assert.That(
                Environment.TickCount64,
                Is.LessThan(end),
                () => "an answer does not end: " + string.Join("; ", _readings) + "; "
                    + string.Join(", ", _history.TakeLast(20)));
        }
        return step;
    }

    private void Change(int file)
    {
        int kind = _random.Next(15);
        _history.Add($"{kind} {file}");
        if (_hashes[file] is null)
        {
            Rewrite(file);
        }
        string path = PathOf(file);
        if (kind < 7)
        {
            ChangeBytes(file, path, kind);
        }
        else
        {
            ChangeNames(file, path, kind);
        }
        string? hash = File.Exists(path) ? ContentConnection.HashOf(File.ReadAllBytes(path)) : null;
        _changedAt[file] = hash == _hashes[file] ? _changedAt[file] : DateTime.UtcNow;
        _hashes[file] = hash;
    }

    private void ChangeBytes(int file, string path, int kind)
    {
        switch (kind)
        {
            case 0:
                WriteInPlace(file, _random.Next(1, 50_000));
                break;
            case 1:
                // rsync --inplace -t, cp -p and tar write, and set the time back.
                DateTime time = File.GetLastWriteTimeUtc(path);
                WriteInPlace(file, _random.Next(1, 1000));
                File.SetLastWriteTimeUtc(path, time);
                break;
            case 2:
                WriteInPlace(file, 10);
                WriteInPlace(file, 10);
                break;
            case 3:
                using (FileStream stream = File.OpenWrite(path))
                {
                    stream.SetLength(_random.Next(1, LengthMax));
                }
                break;
            case 4:
                using (var stream = new FileStream(path, FileMode.Append))
                {
                    stream.Write(Bytes(_random.Next(1, 10_000)));
                }
                break;
            case 5:
                Replace(file, File.GetLastWriteTimeUtc(path), (int)new FileInfo(path).Length);
                break;
            default:
                Replace(file, DateTime.UnixEpoch.AddSeconds(_random.Next(-5, 1_000_000_000)), null);
                break;
        }
    }

    private void ChangeNames(int file, string path, int kind)
    {
        switch (kind)
        {
            case 7:
                File.Delete(path);
                break;
            case 8:
                File.Delete(path);
                Rewrite(file);
                break;
            case 9:
                _content.Shell($"chmod {(_random.Next(2) == 0 ? 640 : 644)} {file}");
                break;
            case 10:
                File.Move(path, path + "~");
                File.Move(path + "~", path);
                break;
            case 11:
                File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(_random.Next(-1, 3)));
                break;
            case 12:
                _content.Store.Reload();
                break;
            case 13:
                _content.Store.Apply(["/" + file]);
                break;
            default:
                Thread.Sleep(_random.Next(30));
                break;
        }
    }

    private void Ask(int file)
    {
        var fields = new StringBuilder();
        string? tag = _tags[file].Count == 0 ? null : _tags[file][_random.Next(_tags[file].Count)];
        int kind = _random.Next(6);
        if (tag is not null && kind is 1 or 2)
        {
            fields.Append($"If-None-Match: {tag}\r\n");
        }
        if (kind >= 3)
        {
            int first = _random.Next(LengthMin);
            fields.Append($"Range: bytes={first}-{(kind == 3 ? "" : first + 5000)}\r\n");
            fields.Append(tag is not null && kind != 5 ? $"If-Range: {tag}\r\n" : "");
        }
        string text = fields.ToString();
        _readings.Add(new Reading(file, text, tag, _history.Count, _reader.Ask("/" + file, text)));
        NoteHeads();
    }

    // What the file was when the head was made: nothing changes it in between.
    private void NoteHeads()
    {
        foreach (Reading reading in _readings.Where(r => r.Connection.IsAnswered))
        {
            reading.HashAtHead ??= _hashes[reading.File] ?? "none";
        }
    }

    private void Advance()
    {
        _reader.BeginPass();
        NoteHeads();
        if (_readings.Count == 0)
        {
            return;
        }
        Reading reading = _readings[_random.Next(_readings.Count)];
        DateTime readAt = DateTime.UtcNow;
        if (!reading.Connection.Read(_random.Next(1, 300_000)) && !reading.Connection.IsOver)
        {
            Thread.Sleep(1);
        }
        if (reading.Connection.IsOver)
        {
            _readings.Remove(reading);
            _reader.Remove(reading.Connection);
            Judge(reading, readAt);
        }
    }

    // The end of the answer was read from a time on, however late the test itself is then.
    private void Judge(Reading reading, DateTime readAt)
    {
        ContentConnection answer = reading.Connection;
        if (answer.IsReset)
        {
            Count("reset");
            return;
        }
        bool isStrong = answer.Tag.StartsWith('"');
        Count(isStrong || answer.Tag.Length == 0 ? $"{answer.Status}" : $"{answer.Status} weak");
        if (answer.Status is 404 or 503 or 416 || readAt - _changedAt[reading.File] <= LastMoment)
        {
            return;
        }
        string changes = string.Join(", ", ChangesSince(reading));
        string said = $"{answer.Status} {answer.Tag} for {reading.Fields} of {reading.File}; {changes}";
        if (answer.Status == 304 && _packedTags.Contains(answer.Tag))
        {
            return;
        }
        if (answer.Status == 304)
        {
            Assert.That(_hashByTag.GetValueOrDefault(answer.Tag), Is.EqualTo(reading.HashAtHead), said);
        }
        else if (answer.Status == 200)
        {
            string hash = ContentConnection.HashOf(answer.BodyBytes);
            Assert.That($"{answer.BodyBytes.Length}", Is.EqualTo(answer.Field("Content-Length")), said);
            if (IsPacked(answer))
            {
                _packedTags.Add(answer.Tag);
            }
            else if (hash != reading.HashAtHead && IsTakenUnseen(reading))
            {
                // It is nobody's whole answer either, and teaches nothing of its tag.
                Count("200 of two states");
                return;
            }
            else
            {
                Assert.That(hash, Is.EqualTo(reading.HashAtHead), said);
            }
            if (isStrong)
            {
                Assert.That(_hashByTag.GetValueOrDefault(answer.Tag, hash), Is.EqualTo(hash), said);
                _hashByTag[answer.Tag] = hash;
                _tags[reading.File].Add(answer.Tag);
            }
        }
        else
        {
            Assert.That(answer.Status, Is.EqualTo(206), said);
            // A file without a tag has none yet, and a part of it was asked for as it is now.
            bool isConditional = reading.Fields.Contains("If-Range", StringComparison.Ordinal);
            Assert.That(isStrong || (answer.Tag.Length == 0 && !isConditional), Is.True, said);
            Assert.That(
                isConditional ? reading.Tag : answer.Tag,
                Is.EqualTo(answer.Tag), said);
            if (_hashByTag.TryGetValue(answer.Tag, out string? whole) && !IsPacked(answer))
            {
                Assert.That(reading.HashAtHead, Is.EqualTo(whole), said);
            }
        }
    }

    private IEnumerable<string> ChangesSince(Reading reading) =>
        _history.Skip(reading.Since).Where(
            change => change.EndsWith($" {reading.File}", StringComparison.Ordinal));

    // A file that is written to, its time set back, and its name taken before anybody looks is like one whose
    // name was taken, of which the rest is sent; only bytes that were read before tell them apart.
    private bool IsTakenUnseen(Reading reading) =>
        ChangesSince(reading).SkipWhile(static change => !change.StartsWith("1 ", StringComparison.Ordinal))
            .Any(static change => change[0] is >= '5' and <= '8');

    // What is packed is what it was at the last load, and its tag says so.
    private static bool IsPacked(ContentConnection answer) =>
        answer.Field("Content-Range") is { Length: > 0 } range
            ? int.Parse(range[(range.IndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture)
                <= PackedMax
            : answer.BodyBytes.Length <= PackedMax;

    private void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

    private void Rewrite(int file)
    {
        File.WriteAllBytes(PathOf(file), Bytes(_random.Next(LengthMin, LengthMax)));
        _hashes[file] = ContentConnection.HashOf(File.ReadAllBytes(PathOf(file)));
        _changedAt[file] = DateTime.UtcNow;
    }

    private void Replace(int file, DateTime time, int? length)
    {
        string other = _content.At("../other");
        File.WriteAllBytes(other, Bytes(length ?? _random.Next(LengthMin, LengthMax)));
        File.SetLastWriteTimeUtc(other, time);
        File.Move(other, PathOf(file), overwrite: true);
    }

    private void WriteInPlace(int file, int length)
    {
        using FileStream stream = File.OpenWrite(PathOf(file));
        stream.Position = _random.NextInt64(Math.Max(1, stream.Length - length));
        stream.Write(Bytes(length));
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string PathOf(int file) => _content.At($"{file}");

    private sealed record Reading(
        int File, string Fields, string? Tag, int Since, ContentConnection Connection)
    {
        public string? HashAtHead { get; set; }
    }
}
