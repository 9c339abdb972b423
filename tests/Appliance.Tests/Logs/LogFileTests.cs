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
}
