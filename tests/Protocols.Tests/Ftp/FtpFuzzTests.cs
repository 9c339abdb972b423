using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Straightwire.Protocols.Ftp;
using Straightwire.Simulation;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>
/// Clients that say anything. Whatever it is: nothing is thrown, every line is answered once or the
/// connection closed, and nothing is left of it in the end.
/// </summary>
public sealed class FtpFuzzTests
{
    private const int SeedCount = 300;
    private const int PoolFrames = 512;

    private static readonly string[] Verbs =
    [
        "ABOR", "ACCT", "ALLO", "APPE", "AUTH", "CDUP", "CLNT", "CSID", "CWD", "DELE", "EPRT", "EPSV", "FEAT",
        "HELP", "HOST", "LANG", "LIST", "MDTM", "MFMT", "MKD", "MLSD", "MLST", "MODE", "NLST", "NOOP", "OPTS",
        "PASS", "PASV", "PORT", "PWD", "REIN", "REST", "RETR", "RMD", "RNFR", "RNTO", "SITE", "SIZE", "STAT",
        "STOR", "STOU", "STRU", "SYST", "TYPE", "USER", "XCUP", "XCWD", "XMKD", "XPWD", "XRMD", "WHAT", "",
    ];

    private static readonly string[] Arguments =
    [
        "", "a.txt", "/a.txt", "big.bin", "/big.bin", "pub", "pub/sub", "..", "/", "new", "*", "-la", "A",
        "I", "L 8", "0", "5", "9223372036854775807", "20260101000000 a.txt", "alice", "anonymous", "secret",
        "ALL", "1", "198,18,0,1,11,184", "|1|198.18.0.1|3000|", "198,18,0,9,11,184", "MLST size;", "UTF8 ON",
        "ä€", " ", "x y",
    ];

    // What makes transfers, so that some of them are begun, answered and broken off.
    private static readonly string[] Preparations =
        ["PASV", "PASV", "PASV", "PORT 198,18,0,1,11,184", "TYPE I", "TYPE A", "REST 3"];

    private static readonly string[] Transfers =
    [
        "RETR /big.bin", "RETR /a.txt", "LIST /", "NLST", "STOR /new", "STOU", "APPE /a.txt", "MLSD /",
        "ABOR", "STAT",
    ];

    [Test]
    public void Every_line_gets_one_final_reply_or_the_connection_is_closed() =>
        ForAllSeeds(seed => new Client(seed).SayLines(), least: 100);

    [Test]
    public void Any_bytes_are_answered_by_well_formed_replies_and_an_end() =>
        ForAllSeeds(seed => new Client(seed).SayBytes(), least: 10);

    // The runs prove something only if some of what is said makes sense.
    private static void ForAllSeeds(Func<ulong, FtpCounters> run, int least)
    {
        long downloads = 0;
        long uploads = 0;
        long listings = 0;
        long aborts = 0;
        long commands = 0;
        for (ulong seed = 1; seed <= SeedCount; seed++)
        {
            try
            {
                FtpCounters counters = run(seed);
                downloads += counters.Downloads;
                uploads += counters.Uploads;
                listings += counters.Listings;
                aborts += counters.TransfersAborted;
                commands += counters.Commands;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
        TestContext.Out.WriteLine(
            $"{commands} commands, {downloads} down, {uploads} up, {listings} lists, {aborts} aborts");
        Assert.That(new[] { downloads, uploads, listings, aborts }, Is.All.GreaterThanOrEqualTo(least / 20));
        Assert.That(downloads + uploads + listings, Is.GreaterThan(least));
    }

    private sealed class Client
    {
        private readonly SeededRandom _random;
        private readonly FtpWorld _world;
        private readonly FtpConnection _control;
        private readonly FtpReplies _replies;
        private readonly List<FtpConnection> _data = [];
        private readonly StringBuilder _said = new();
        private int _lines;
        private bool _isReady;

        public Client(ulong seed)
        {
            _random = new SeededRandom(seed);
            _world = new FtpWorld(
                seed,
                change: options => options with
                {
                    IdleTimeout = Duration.Parse("2h"),
                    LoginTimeout = Duration.Parse("1h"),
                    AcceptTimeout = Duration.Parse("2s"),
                    DataTimeout = Duration.Parse("2s"),
                    FailedLogins = 5,
                },
                shards: options => options with { Frames = options.Frames with { PoolFrames = PoolFrames } });
            _world.Passwords.Delay = TimeSpan.FromMilliseconds(_random.Pick(1, 300));
            _control = _world.Connect();
            _replies = new FtpReplies(_control);
            Hear();
        }

        public FtpCounters SayLines()
        {
            if (_random.Chance(0.8))
            {
                string name = _random.Pick("alice", "alice", "bob", "anonymous");
                Say(Encoding.ASCII.GetBytes($"USER {name}\r\nPASS secret\r\n"), 2);
            }
            int count = _random.Between(1, 40);
            for (int i = 0; i < count; i++)
            {
                Say(DrawLine(), 1);
                if (_random.Chance(0.5))
                {
                    Hear();
                    ActOnData();
                }
            }
            Rest(TimeSpan.FromMinutes(5));
            bool isClosed = _control.IsPeerFinished;
            // What 421 says in the end is no command's reply; the greeting is one, too.
            int least = isClosed ? 1 : _lines + 1;
            int most = _lines + (isClosed ? 2 : 1);
            Assert.That(_replies.FinalCount, Is.InRange(least, most), _said.ToString());
            Assert.That(!isClosed || _replies.Code is 221 or 421, _said.ToString());
            End();
            return _world.Service.Counters;
        }

        public FtpCounters SayBytes()
        {
            if (_random.Chance(0.7))
            {
                Say("USER alice\r\nPASS secret\r\n"u8.ToArray(), 2);
                _world.Run(TimeSpan.FromSeconds(1));
            }
            int count = _random.Between(1, 30);
            for (int i = 0; i < count; i++)
            {
                byte[] bytes = _random.Chance(0.9)
                    ? Mutate(DrawLine())
                    : _random.Bytes(_random.Between(1, 3000));
                _control.Send(bytes);
                if (_random.Chance(0.5))
                {
                    Hear();
                    ActOnData();
                }
            }
            Rest(TimeSpan.FromMinutes(5));
            End();
            return _world.Service.Counters;
        }

        private void End()
        {
            _data.ForEach(data => data.Abort());
            _control.Finish();
            Rest(TimeSpan.FromMinutes(5));
            Assert.That(_control.IsPeerFinished || _control.End is not null, "the server has closed");
            _control.Abort();
            _world.ClientNetwork.Unexpect(3000, TwoStacks.ServerAddress);
            _world.Run(TimeSpan.FromMinutes(5));
            _world.RequireEmpty();
        }

        private void Say(byte[] bytes, int lines)
        {
            _lines += lines;
            _said.Append(Encoding.Latin1.GetString(bytes));
            while (bytes.Length > 0)
            {
                int length = _random.Chance(0.7) ? bytes.Length : _random.Between(1, bytes.Length);
                _control.Send(bytes.AsSpan(0, length));
                bytes = bytes[length..];
                if (_random.Chance(0.5))
                {
                    _world.Run(TimeSpan.FromMilliseconds(_random.Pick(1, 20, 500)));
                }
            }
        }

        private byte[] DrawLine()
        {
            List<byte> line = [];
            AddTelnet(line);
            bool isSensible = _random.Chance(0.6);
            string verb = _random.Pick(!isSensible ? Verbs : _isReady ? Transfers : Preparations);
            _isReady &= !isSensible || _random.Chance(0.3);
            line.AddRange(Encoding.ASCII.GetBytes(verb));
            AddTelnet(line);
            if (!isSensible && _random.Chance(0.8))
            {
                line.Add((byte)' ');
                line.AddRange(_random.Chance(0.9)
                    ? Encoding.UTF8.GetBytes(_random.Pick(Arguments))
                    : DrawText(_random.Pick(10, 300, 5000)));
            }
            AddTelnet(line);
            line.AddRange(_random.Chance(0.9) ? "\r\n"u8 : "\n"u8);
            return [.. line];
        }

        // Anything but the ends of lines, and Telnet's IAC.
        private byte[] DrawText(int most)
        {
            byte[] text = _random.Bytes(_random.Between(1, most));
            foreach (ref byte value in text.AsSpan())
            {
                value = value is (byte)'\r' or (byte)'\n' or 0xFF ? (byte)'.' : value;
            }
            return text;
        }

        private void AddTelnet(List<byte> line)
        {
            if (_random.Chance(0.1))
            {
                line.AddRange(_random.Pick<byte[]>(
                    [0xFF, 0xF4],
                    [0xFF, 0xF2],
                    [0xFF, 0xFB, 1],
                    [0xFF, 0xFE, 24],
                    [0xFF, 0xFA, 24, 1, 0xFF, 0xF0]));
            }
        }

        private byte[] Mutate(byte[] line)
        {
            for (int i = _random.Pick(0, 0, 0, 1, 3); i > 0; i--)
            {
                line[_random.Between(0, line.Length - 1)] = (byte)_random.Next();
            }
            return _random.Chance(0.3) ? line[.._random.Between(1, line.Length)] : line;
        }

        private void Hear()
        {
            _world.Run(TimeSpan.FromMilliseconds(_random.Pick(3, 50)));
            while (_replies.TryNext())
            {
                if (Regex.Match(_replies.Last, @"^227 .*,(\d+),(\d+)\)") is { Success: true } passive
                    && _random.Chance(0.8))
                {
                    _data.Add(_world.Connect((ushort)((Number(passive, 1) * 256) + Number(passive, 2))));
                    _isReady = true;
                }
            }
            // What may be sent to a client that reads, at most: replies of 8 KB, listings of 128 KB.
            Assert.That(_world.Stacks.Server.Pool.FreeCount, Is.GreaterThan(PoolFrames - 256));
        }

        private void ActOnData()
        {
            if (_data.Count > 0)
            {
                FtpConnection data = _data[^1];
                switch (_random.Between(0, 4))
                {
                    case 0:
                        data.Send(_random.Bytes(_random.Between(1, 3000)));
                        break;
                    case 1:
                        data.Finish();
                        break;
                    case 2:
                        data.Abort();
                        break;
                }
            }
            else if (_random.Chance(0.2))
            {
                _data.Add(_world.Expect(3000));
            }
        }

        private void Rest(TimeSpan time)
        {
            _world.Run(time);
            while (_replies.TryNext())
            {
                // Well formed it is, or it would have thrown.
            }
        }

        private static int Number(Match match, int group) =>
            int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }
}
