using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Logs;

public sealed class LogFileTests
{
    [Test]
    public void A_file_that_cannot_be_written_is_told_once_and_counted()
    {
        var logger = new RecordingLogger();
        using var full = new LogFile("/dev/full", logger);

        Assert.That(full.TryWrite("line\n"u8), Is.False);
        Assert.That(full.TryWrite("line\n"u8), Is.False);
        Assert.That(full.Failures, Is.EqualTo(2));
        Assert.That(logger.Lines, Has.Count.EqualTo(1).And.ItemAt(0).StartsWith("Error /dev/full cannot be"));
    }

    [Test]
    public void Lines_are_appended_to_what_is_there_whoever_cut_it_short_meanwhile()
    {
        using var content = new TemporaryContent();
        string path = Path.Combine(content.Root, "log");
        File.WriteAllText(path, "before\n");
        using var log = new LogFile(path, new RecordingLogger());

        Assert.That(log.TryWrite("one\n"u8), Is.True);
        Assert.That(File.ReadAllText(path), Is.EqualTo("before\none\n"));
        File.WriteAllText(path, "");
        Assert.That(log.TryWrite("two\n"u8), Is.True);

        Assert.That(File.ReadAllText(path), Is.EqualTo("two\n"));
    }
}
