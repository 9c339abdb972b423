using System.Buffers;
using System.Text;
using System.Text.Json;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Appliance.Tests.Text;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Services.Ftp;

public sealed class TransferLogTests
{
    private static readonly FtpRecord Download = new(
        FtpAction.Download, 1_793_596_803, new Ipv4Address(0xC612_0001), "anonymous", true, "me@example.org",
        "/pub/a file.txt", 12_345, TimeSpan.FromMilliseconds(2_600), false, true, 226);

    private static readonly FtpRecord Upload = Download with
    {
        Action = FtpAction.Upload,
        User = "anna",
        IsAnonymous = false,
        Identity = "",
        IsAscii = true,
        IsComplete = false,
        Reply = 426,
        Duration = TimeSpan.FromMilliseconds(10),
    };

    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("straightwire-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Xferlog_has_the_fields_of_its_manual_page()
    {
        Assert.That(Xferlog(Download), Is.EqualTo(
            "Mon Nov  2 05:20:03 2026 3 198.18.0.1 12345 /pub/a_file.txt b _ o a me@example.org ftp 0 * "
            + "c\n"));
        Assert.That(Xferlog(Upload), Is.EqualTo(
            "Mon Nov  2 05:20:03 2026 1 198.18.0.1 12345 /pub/a_file.txt a _ i g anna ftp 0 * i\n"));
        Assert.That(Xferlog(Upload with { Action = FtpAction.Delete, IsComplete = true }), Is.EqualTo(
            "Mon Nov  2 05:20:03 2026 1 198.18.0.1 12345 /pub/a_file.txt a _ d g anna ftp 0 * c\n"));
    }

    [Test]
    public void Xferlog_tells_local_time()
    {
        TimeZoneInfo west = TimeZoneInfo.CreateCustomTimeZone("west", TimeSpan.FromHours(-6), "west", "west");

        Assert.That(Xferlog(Download, west), Does.StartWith("Sun Nov  1 23:20:03 2026 "));
    }

    [TestCase("", "?")]
    [TestCase("a b\tc\nd", "a_b_c_d")]
    [TestCase("\u001b[2Jx\u0085\u2028\u00a0y", "\\x1B[2Jx___y")]
    [TestCase("\u007f\u009b\u202egpj", "\\x7F\\x9B\\u202Egpj")]
    [TestCase("grün/日本", "grün/日本")]
    public void Xferlog_keeps_a_name_in_one_field(string name, string field)
    {
        FtpRecord record = Download with { Identity = name, Path = "/" + name };
        string[] fields = Xferlog(record).TrimEnd('\n').Split(' ');

        Assert.That(fields, Has.Length.EqualTo(19), "five of the time, one blank for a day of one digit");
        Assert.That(fields[14], Is.EqualTo(field));
        Assert.That(fields[9], Is.EqualTo(name.Length == 0 ? "/" : "/" + field));
    }

    [Test]
    public void A_line_of_json_has_every_fact()
    {
        Assert.That(Json(Download).TrimEnd('\n'), Is.EqualTo("""
            {"time":"2026-11-02T05:20:03Z","action":"download","peer":"198.18.0.1","user":"anonymous",
            "anonymous":true,"identity":"me@example.org","path":"/pub/a file.txt","bytes":12345,
            "durationMs":2600,"ascii":false,"complete":true,"reply":226}
            """.ReplaceLineEndings("")));
        Assert.That(Json(Upload with { Action = FtpAction.MakeDirectory }), Does.Contain("""
            "action":"makeDirectory","peer":"198.18.0.1","user":"anna","anonymous":false,"path":
            """));
    }

    [TestCase("a\"b\\c\nd\u0000\u001b\u007f\u0085")]
    [TestCase("exe.\u202egpj\u009b\u061c\u200e\u2066\u2028\u2029\ufeff\u00ad")]
    [TestCase("grün/日本 \U0001F600")]
    public void Json_gives_any_name_back_in_one_line(string name)
    {
        string line = Json(Download with { Path = name });

        Assert.That(line.Count(char.IsControl), Is.EqualTo(1), "the end of the line");
        Assert.That(PrintableTextTests.Raw(line), Is.Empty);
        Assert.That(JsonDocument.Parse(line).RootElement.GetProperty("path").GetString(), Is.EqualTo(name));
    }

    [Test]
    public void Half_a_character_is_escaped_or_replaced()
    {
        FtpRecord half = Download with { Identity = "\ud800x" };

        Assert.That(Xferlog(half), Does.Contain(" a \\uD800x ftp "));
        Assert.That(Json(half), Does.Contain("\"identity\":\"\ufffdx\"").Or.Contain("\"\\uFFFDx\""));
    }

    [Test]
    public void Both_files_are_appended_to_and_hold_all_records_after_the_end()
    {
        File.WriteAllText(At("json"), "before\n");
        using (var log = new TransferLog(Files(), new RecordingLogger()))
        {
            for (int i = 0; i < 1000; i++)
            {
                log.Write(i % 2 == 0 ? Download : Upload with { Action = FtpAction.List });
            }
        }

        Assert.That(File.ReadAllLines(At("xferlog")), Has.Length.EqualTo(500));
        Assert.That(File.ReadAllLines(At("json")), Has.Length.EqualTo(1001).And.ItemAt(0).EqualTo("before"));
    }

    [Test]
    public void Both_files_and_the_log_of_the_program_tell_as_much_of_an_address_as_they_may()
    {
        var logger = new RecordingLogger();
        using (var log = new TransferLog(Files() with { Mask = new AddressMask(16, 48) }, logger))
        {
            log.Write(Download);
            log.Write(Download with { Action = FtpAction.LoginFailed });
        }

        string all = File.ReadAllText(At("xferlog")) + File.ReadAllText(At("json"));
        Assert.That(all, Does.Contain(" 198.18.0.0 ").And.Contain("\"198.18.0.0\""));
        Assert.That(all, Does.Not.Contain("198.18.0.1"));
        Assert.That(logger.Lines, Has.Some.Contains("198.18.0.0 failed").And.None.Contains("198.18.0.1"));
    }

    [Test]
    public void A_renamed_file_is_left_alone_once_it_is_opened_anew()
    {
        using (var log = new TransferLog(Files(), new RecordingLogger()))
        {
            File.Move(At("xferlog"), At("xferlog.1"));
            log.Reopen();
            log.Write(Download);
        }

        Assert.That(File.ReadAllText(At("xferlog.1")), Is.Empty);
        Assert.That(File.ReadAllLines(At("xferlog")), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_file_that_cannot_be_opened_ends_the_start() => Assert.That(
        () => new TransferLog(Files() with { Json = At("none/json") }, new RecordingLogger()),
        Throws.InstanceOf<IOException>());

    [Test]
    public void What_the_writer_cannot_keep_up_with_is_dropped_counted_and_told()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var logger = new RecordingLogger { OnLine = () => { entered.Set(); gate.Wait(); } };
        using (var log = new TransferLog(Files() with { Queue = 16 }, logger))
        {
            // The writer stands in the logger while the queue fills.
            log.Write(Download with { Action = FtpAction.LoginFailed });
            entered.Wait();
            for (int i = 0; i < 20; i++)
            {
                log.Write(Download);
            }
            Assert.That(log.Dropped, Is.EqualTo(4));
            gate.Set();
        }

        Assert.That(File.ReadAllLines(At("xferlog")), Has.Length.EqualTo(16));
        Assert.That(logger.Lines, Has.Some.StartsWith("Warning FTP: 4 records were not logged"));
    }

    [Test]
    public void A_peer_that_floods_the_log_loses_its_own_lines_and_nobody_elses()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var logger = new RecordingLogger { OnLine = () => { entered.Set(); gate.Wait(); } };
        using (var log = new TransferLog(Files() with { Queue = 16 }, logger))
        {
            log.Write(Download with { Action = FtpAction.LoginFailed });
            entered.Wait();
            for (int i = 0; i < 100; i++)
            {
                log.Write(Download);
            }
            log.Write(Download with { Peer = new Ipv4Address(0xC612_0009) });
            Assert.That(log.Dropped, Is.EqualTo(85));
            gate.Set();
        }

        string[] lines = File.ReadAllLines(At("xferlog"));
        Assert.That(lines, Has.Length.EqualTo(16));
        Assert.That(lines[1], Does.Contain(" 198.18.0.9 "), "in turn");
    }

    [Test]
    public void A_record_that_cannot_be_written_costs_its_own_line()
    {
        var faults = new FaultLog(new RecordingLogger());
        using (var log = new TransferLog(Files(), new RecordingLogger(), faults))
        {
            log.Write(Download);
            log.Write(Download with { UnixSeconds = long.MaxValue });
            log.Write(Download with { Action = FtpAction.List, UnixSeconds = long.MaxValue });
            log.Write(Download);
        }
        Assert.That(faults.JobFaults, Is.EqualTo(2));
        Assert.That(File.ReadAllLines(At("xferlog")), Has.Length.EqualTo(2));
        Assert.That(File.ReadAllLines(At("json")), Has.Length.EqualTo(2).And.All.EndsWith("}"));
    }

    [Test]
    public void A_failed_login_is_told_with_its_peer()
    {
        var logger = new RecordingLogger();
        using (var log = new TransferLog(new TransferLogOptions(), logger))
        {
            log.Write(Upload with { Action = FtpAction.LoginFailed });
            log.Write(Download);
        }

        Assert.That(logger.Lines, Is.EqualTo(new[]
        {
            "Information FTP: 198.18.0.1 failed to log in as anna",
        }));
    }

    private static string Xferlog(FtpRecord record, TimeZoneInfo? zone = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new XferlogFormat(zone ?? TimeZoneInfo.Utc).Write(record, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Json(FtpRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new JsonFormat().Write(record, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private string At(string name) => Path.Combine(_directory, name);

    private TransferLogOptions Files() => new() { Xferlog = At("xferlog"), Json = At("json") };
}
