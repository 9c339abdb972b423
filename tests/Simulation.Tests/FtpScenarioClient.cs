using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// A client that lists, fetches and stores, passively and actively, breaks off and disappears. What the
/// server says is done must be done: every byte of a transfer that ended by 226 is right on both sides, and a
/// file that was not sent to its end is never seen.
/// </summary>
internal sealed class FtpScenarioClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly FtpWorld _world;
    private readonly SeededRandom _random;
    private readonly int _number;
    private readonly IEnumerator<Func<bool>> _life;
    private readonly FtpConnection _control;
    private readonly FtpReplies _replies;
    private readonly List<Upload> _uploads = [];
    private FtpConnection? _data;
    private ushort _listens;
    private Instant _patientUntil;
    private string _doing = "connect";
    private bool _isOver;
    private int _transfers;

    public FtpScenarioClient(FtpWorld world, SeededRandom random, int number)
    {
        (_world, _random, _number) = (world, random, number);
        _control = world.Connect();
        _replies = new FtpReplies(_control);
        _life = Live().GetEnumerator();
    }

    private bool IsGone => _control.IsPeerFinished || _control.End is not null;

    /// <summary>Does what can be done now; true when it is over.</summary>
    public bool Step()
    {
        while (!_isOver)
        {
            if (_life.Current is { } waits && !waits())
            {
                bool isPatient = _world.World.Now < _patientUntil;
                return isPatient ? false : throw new SimulationException($"nothing happens: {this}");
            }
            _isOver = !_life.MoveNext();
            _patientUntil = _world.World.Now + Patience;
            // Time goes on even when nothing else happens.
            _world.World.Schedule(_patientUntil, static () => { });
        }
        return true;
    }

    /// <summary>Throws unless the content has what was stored, whole, and nothing of what was not.</summary>
    public void Check()
    {
        foreach (Upload upload in _uploads)
        {
            if (upload.IsTaken)
            {
                continue;
            }
            byte[]? found = _world.Changes.Find(upload.Path);
            Require(!upload.IsConfirmed || found is not null, "what was confirmed is there", upload.Path);
            Require(found is null || upload.IsSent, "what was not sent to its end is not there", upload.Path);
            Require(
                found is null || found.AsSpan().SequenceEqual(upload.Bytes), "it is whole", upload.Path);
        }
    }

    public override string ToString() =>
        $"client {_number} at {_doing}, control {_control.End}, last \"{_replies.Last.TrimEnd()}\", "
        + $"data {_data?.IsConnected} {_data?.End} {_data?.ReceivedCount}, transfers {_transfers}";

    private static void Require(bool holds, string rule, string what)
    {
        if (!holds)
        {
            throw new SimulationException($"it does not hold that {rule}: {what}");
        }
    }

    private IEnumerable<Func<bool>> Live()
    {
        yield return Replied;
        foreach (string command in new[] { "USER alice", "PASS secret", "TYPE I" })
        {
            Say(command);
            yield return Replied;
        }
        for (int left = _random.Between(1, 6); left > 0 && !IsGone; left--)
        {
            Func<IEnumerable<Func<bool>>> act = _random.Pick<Func<IEnumerable<Func<bool>>>>(
                List, Fetch, Fetch, Store, Store, Resume, AbortFetch, AbortStore, LeaveData);
            foreach (Func<bool> wait in act())
            {
                yield return wait;
            }
        }
        foreach (Func<bool> wait in Leave())
        {
            yield return wait;
        }
    }

    private IEnumerable<Func<bool>> Leave()
    {
        switch (IsGone ? 2 : _random.Between(0, 2))
        {
            case 0:
                Say("QUIT");
                yield return () => IsGone;
                break;
            case 1:
                _control.Abort();
                break;
        }
        _control.Finish();
        DropData();
        yield return () => _control.End is not null || _control.IsPeerFinished;
    }

    private IEnumerable<Func<bool>> List() => Transfer("LIST pub", () => { }, data =>
        Require(
            Encoding.ASCII.GetString(data).EndsWith(" sub\r\n", StringComparison.Ordinal)
                && data.AsSpan().Count((byte)'\n') == 2,
            "a listing is whole",
            ToString()));

    private IEnumerable<Func<bool>> Fetch()
    {
        string path = _random.Pick("/big.bin", "/a.txt", "/empty.txt");
        byte[] expected = _world.Changes.Find(path)!;
        int from = _random.Chance(0.3) ? _random.Between(0, expected.Length) : 0;
        if (from > 0)
        {
            Say($"REST {from}");
            yield return Replied;
        }
        foreach (Func<bool> wait in Transfer("RETR " + path, () => { }, data =>
            Require(data.AsSpan().SequenceEqual(expected.AsSpan(from)), "what came is right", ToString())))
        {
            yield return wait;
        }
    }

    private IEnumerable<Func<bool>> Store()
    {
        Upload upload = NewUpload();
        return Transfer("STOR " + upload.Path, () => Send(upload, 0), _ => Confirm(upload));
    }

    // Breaks an upload off, and goes on with what the server has kept of it.
    private IEnumerable<Func<bool>> Resume()
    {
        Upload upload = NewUpload();
        foreach (Func<bool> wait in Transfer("STOR " + upload.Path, () => SendPart(upload), NeverConfirmed))
        {
            yield return wait;
        }
        Say("SIZE " + upload.Path);
        yield return Replied;
        if (IsGone || _replies.Code != 213)
        {
            yield break;
        }
        int kept = int.Parse(_replies.Last[4..], CultureInfo.InvariantCulture);
        Require(kept <= upload.Bytes.Length, "no more is kept than was sent", upload.Path);
        Say($"REST {kept}");
        yield return Replied;
        foreach (Func<bool> wait in Transfer(
            "STOR " + upload.Path, () => Send(upload, kept), _ => Confirm(upload)))
        {
            yield return wait;
        }
    }

    private IEnumerable<Func<bool>> AbortFetch() => Transfer(
        "RETR /big.bin", () => Say(@"ÿôÿòABOR"), _ => { }, aborts: true);

    private IEnumerable<Func<bool>> AbortStore()
    {
        Upload upload = NewUpload();
        return Transfer(
            "STOR " + upload.Path,
            () =>
            {
                _data!.Send(upload.Bytes.AsSpan(0, upload.Bytes.Length / 2));
                Say("ABOR");
            },
            NeverConfirmed,
            aborts: true);
    }

    private IEnumerable<Func<bool>> LeaveData()
    {
        Say("EPSV");
        yield return Replied;
        if (_replies.Code == 229 && _random.Chance(0.5))
        {
            LearnPort();
        }
    }

    // Opens a data connection either way, gives a command, acts once the server is ready, and looks at what
    // came if the server says that it is done.
    private IEnumerable<Func<bool>> Transfer(
        string command, Action act, Action<byte[]> check, bool aborts = false)
    {
        _doing = command;
        _transfers++;
        DropData();
        bool isActive = _random.Chance(0.4);
        Say(isActive ? Listen() : _random.Pick("PASV", "EPSV"));
        yield return Replied;
        if (IsGone)
        {
            yield break;
        }
        if (_replies.Code >= 400)
        {
            // The transfer is given up, and what REST has said must not stand for the next one.
            Say("REST 0");
            yield return Replied;
            yield break;
        }
        bool isEarly = _random.Chance(0.5);
        if (!isActive && isEarly)
        {
            LearnPort();
        }
        Say(command);
        if (!isActive && !isEarly)
        {
            // The port stands in the reply before.
            LearnPort();
        }
        yield return Replied;
        if (IsGone || _replies.Code != 150)
        {
            yield break;
        }
        FtpConnection data = _data!;
        act();
        if (_random.Chance(0.1))
        {
            _control.Abort();
        }
        yield return Replied;
        bool isDone = _replies.Code == 226;
        if (!IsGone && isDone)
        {
            yield return () => data.IsPeerFinished || data.End is not null;
            if (data.IsConnected)
            {
                check(data.Received);
            }
            else if (command.StartsWith("STOR", StringComparison.Ordinal))
            {
                _uploads[^1].IsTaken = true;
            }
        }
        if (!IsGone && aborts)
        {
            yield return Replied;
        }
        data.Finish();
    }

    private string Listen()
    {
        _listens = (ushort)(3000 + (_number * 100) + _transfers);
        _data = _world.Expect(_listens);
        return $"EPRT |1|198.18.0.1|{_listens}|";
    }

    private void LearnPort()
    {
        Match passive = Regex.Match(_replies.Last, @"(\d+),(\d+)\)");
        Match extended = Regex.Match(_replies.Last, @"\|\|\|(\d+)\|");
        _data = _world.Connect((ushort)(passive.Success
            ? (Number(passive, 1) * 256) + Number(passive, 2)
            : Number(extended, 1)));
    }

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private bool Replied() => _replies.TryNext() || IsGone;

    private void Say(string command) =>
        _control.Send([.. Encoding.Latin1.GetBytes(command), (byte)'\r', (byte)'\n']);

    private Upload NewUpload()
    {
        Upload upload = new(
            $"/up-{_number}-{_uploads.Count}", _random.Bytes(_random.Pick(0, 1, 500, 20_000, 100_000)));
        _uploads.Add(upload);
        return upload;
    }

    private void Send(Upload upload, int from)
    {
        upload.IsSent = true;
        _data!.Send(upload.Bytes.AsSpan(from));
        _data.Finish();
    }

    private void SendPart(Upload upload)
    {
        _data!.Send(upload.Bytes.AsSpan(0, upload.Bytes.Length / 2));
        FtpConnection data = _data;
        _world.World.Schedule(
            _world.World.Now.PlusMilliseconds(_random.Pick(0, 50, 1000)), () => data.Abort());
    }

    private void Confirm(Upload upload)
    {
        upload.IsConfirmed = true;
        Check();
    }

    private void NeverConfirmed(byte[] data) =>
        throw new SimulationException($"an upload that was broken off is confirmed: {this}");

    private void DropData()
    {
        if (_data is { } data)
        {
            data.Abort();
        }
        _data = null;
        _world.ClientNetwork.Unexpect(_listens, TwoStacks.ServerAddress);
    }

    private sealed class Upload(string path, byte[] bytes)
    {
        public string Path { get; } = path;

        public byte[] Bytes { get; } = bytes;

        // All of it, and FIN behind it, is with the client's TCP.
        public bool IsSent { get; set; }

        public bool IsConfirmed { get; set; }

        // A late connection of this address to a port that was passive before came first: PASV knows a client
        // by its address only, and this one was turned away.
        public bool IsTaken { get; set; }
    }
}
