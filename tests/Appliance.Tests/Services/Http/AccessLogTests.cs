using System.Text;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Services.Http;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Services.Http;

public sealed class AccessLogTests
{
    private static readonly Duration Second = Duration.OfMilliseconds(1000);

    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("straightwire-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void All_files_hold_the_records_of_all_shards_after_the_end()
    {
        using (AccessLog log = Open(Files()))
        {
            Thread[] shards =
            [
                .. ((IHttpLog[])[log.AddShard(), log.AddShard(), log.AddShard()])
                    .Select(shard => new Thread(() => WriteMany(shard))),
            ];
            Array.ForEach(shards, shard => shard.Start());
            Array.ForEach(shards, shard => shard.Join());
        }

        string[] targets = [.. Enumerable.Range(0, 3000).Select(i => $"/{i / 3}").Order()];
        foreach (string name in (string[])["common", "combined"])
        {
            IEnumerable<string> told = File.ReadLines(At(name)).Select(line => line.Split(' ')[6]).Order();
            Assert.That(told, Is.EqualTo(targets), name);
        }
        Assert.That(File.ReadAllLines(At("json")), Has.Length.EqualTo(3000));
    }

    [Test]
    public void A_line_is_written_soon_after_its_answer()
    {
        using AccessLog log = Open(Files());
        IHttpLog shard = log.AddShard();
        for (int i = 1; i <= 3; i++)
        {
            Write(shard, "GET / HTTP/1.1");

            Assert.That(() => File.ReadAllLines(At("common")), Has.Length.EqualTo(i).After(10_000, 10));
        }
    }

    [Test]
    public void What_is_to_be_skipped_has_no_line()
    {
        using (AccessLog log = Open(Files() with { Skip = ["/health", "*.ico"] }))
        {
            IHttpLog shard = log.AddShard();
            Write(shard, "GET /health HTTP/1.1");
            Write(shard, "GET /%68ealth?x HTTP/1.1");
            Write(shard, "GET /a/favicon.ico HTTP/1.1");
            Write(shard, "GET /healthy HTTP/1.1");
            Write(shard, "");
        }

        Assert.That(File.ReadLines(At("common")).Select(line => line.Split('"')[1]),
            Is.EqualTo(new[] { "GET /healthy HTTP/1.1", "-" }));
    }

    [Test]
    public void Addresses_are_told_as_far_as_they_may_be()
    {
        using (AccessLog log = Open(Files(), new AddressMask(16, 48)))
        {
            Write(log.AddShard(), "GET / HTTP/1.1");
        }

        string all = string.Concat(Directory.EnumerateFiles(_directory).Select(File.ReadAllText));
        Assert.That(all, Does.Contain("198.18.0.0").And.Not.Contain("198.18.0.1"));
    }

    [Test]
    public void A_renamed_file_is_left_alone_once_it_is_opened_anew()
    {
        using (AccessLog log = Open(Files()))
        {
            File.Move(At("common"), At("common.1"));
            log.Reopen();
            Write(log.AddShard(), "GET / HTTP/1.1");
        }

        Assert.That(File.ReadAllText(At("common.1")), Is.Empty);
        Assert.That(File.ReadAllLines(At("common")), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_file_that_cannot_be_opened_ends_the_start() => Assert.That(
        () => Open(Files() with { Json = At("none/json") }), Throws.InstanceOf<IOException>());

    [Test]
    public void What_cannot_be_written_is_counted_and_told_once()
    {
        var logger = new RecordingLogger();
        var log = new AccessLog(
            new HttpLogOptions { Json = "/dev/full" }, 80, AddressMask.None, logger, new FaultLog(logger));
        IHttpLog shard = log.AddShard();
        for (int i = 0; i < 100; i++)
        {
            Write(shard, "GET / HTTP/1.1");
        }
        log.Dispose();

        Assert.That(log.Dropped, Is.EqualTo(100));
        Assert.That(log.Failures, Is.Positive);
        Assert.That(logger.Lines, Has.Count.EqualTo(1).And.ItemAt(0).Contains("/dev/full cannot be written"));
    }

    [Test]
    public void A_full_ring_drops_records_and_counts_them()
    {
        var records = new ShardRecords(262_144, static () => { });

        int written = 0;
        for (; records.Dropped == 0; written++)
        {
            Write(records, "GET / HTTP/1.1");
        }
        Write(records, "GET / HTTP/1.1");

        Assert.That(written, Is.GreaterThan(500));
        Assert.That(records.Dropped, Is.EqualTo(2));
        Assert.That(records.Ring.Count, Is.LessThanOrEqualTo(262_144).And.GreaterThan(261_000));
    }

    [Test]
    public void What_is_kept_of_answers_that_are_under_way_is_bounded()
    {
        var records = new ShardRecords(262_144, static () => { });
        byte[] agent = new byte[3000];
        HttpRecord record = Record("GET / HTTP/1.1"u8, agent);

        int kept = 0;
        while (records.TryBegin(in record, out _))
        {
            kept++;
        }
        Assert.That(kept, Is.EqualTo(262_144 / 4096));
        records.End(0, 5, Second, Second);

        Assert.That(records.TryBegin(in record, out int number), Is.True);
        Assert.That(number, Is.Zero);
        Assert.That(records.TryBegin(in record, out _), Is.False);
    }

    [Test]
    public void A_kept_record_is_the_one_that_was_begun_with_its_end()
    {
        var records = new ShardRecords(262_144, static () => { });
        HttpRecord first = Record("GET /1 HTTP/1.1"u8, "one"u8);
        HttpRecord second = Record("GET /22 HTTP/1.1"u8, "two"u8);

        records.TryBegin(in first, out int one);
        records.TryBegin(in second, out int two);
        records.End(two, 22, Second, Second);
        records.End(one, 11, Second, Second);

        Assert.That(Next(), Is.EqualTo("GET /22 HTTP/1.1 two 22 1000"));
        Assert.That(Next(), Is.EqualTo("GET /1 HTTP/1.1 one 11 1000"));

        string Next()
        {
            Assert.That(records.Ring.TryTake(out ReadOnlySpan<byte> bytes), Is.True);
            HttpRecord read = StoredRecord.Read(bytes, AddressMask.None, out IpAddress peer);
            Assert.That(peer, Is.EqualTo(read.Peer));
            return $"{Text(read.RequestLine)} {Text(read.UserAgent)} {read.AcknowledgedBytes} "
                + $"{read.Duration.Milliseconds}";
        }
    }

    [TestCase(262_144, TestName = "Records of a log that keeps up allocate nothing")]
    [TestCase(0, TestName = "Records of a log that is full allocate nothing")]
    public void Records_allocate_nothing(int taken)
    {
        using var queue = new HttpRecords(262_144, 131_072, AddressMask.None);
        ShardRecords records = queue.AddShard();
        byte[] agent = new byte[400];
        Run(1000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(10_000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                HttpRecord record = Record("GET / HTTP/1.1"u8, agent);
                records.Write(in record);
                if (records.TryBegin(in record, out int number))
                {
                    records.End(number, i, Second, Second);
                }
                for (int j = 0; j < taken; j++)
                {
                    if (!queue.TryTake(out _, out _))
                    {
                        break;
                    }
                }
            }
        }
    }

    private static HttpRecord Record(ReadOnlySpan<byte> line, ReadOnlySpan<byte> agent)
    {
        HttpRecord record = default;
        record.Client = record.Peer = new Ipv4Address(0xC612_0001);
        record.Status = 200;
        record.AcknowledgedBytes = -1;
        record.RequestLine = line;
        record.UserAgent = agent;
        return record;
    }

    private static void Write(IHttpLog log, string line)
    {
        HttpRecord record = Record(Encoding.Latin1.GetBytes(line), "agent"u8);
        log.Write(in record);
    }

    private static void WriteMany(IHttpLog log)
    {
        for (int i = 0; i < 1000; i++)
        {
            Write(log, $"GET /{i} HTTP/1.1");
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static AccessLog Open(HttpLogOptions options, AddressMask? mask = null)
    {
        var logger = new RecordingLogger();
        return new AccessLog(options, 80, mask ?? AddressMask.None, logger, new FaultLog(logger));
    }

    private string At(string name) => Path.Combine(_directory, name);

    private HttpLogOptions Files() =>
        new() { Common = At("common"), Combined = At("combined"), Json = At("json") };
}
