using Straightwire.Appliance.Content;

namespace Straightwire.Appliance.Tests.Content;

public sealed class ScanProgressTests
{
    private StringWriter _terminal = new();

    [SetUp]
    public void OpenTerminal() => _terminal = new StringWriter();

    [TearDown]
    public void CloseTerminal() => _terminal.Dispose();

    [Test]
    public void A_long_scan_is_told_in_one_line_that_is_gone_in_the_end()
    {
        using (var progress = new ScanProgress(new Nobody(), _terminal, TimeSpan.Zero))
        {
            progress.Add(new List<FoundFile>(new FoundFile[1000]));
            progress.Add(new List<FoundFile>(new FoundFile[234]));
        }

        Assert.That(_terminal.ToString(), Is.EqualTo(
            "reading the content: 1,000 files\e[K\rreading the content: 1,234 files\e[K\r\e[K"));
    }

    [Test]
    public void A_short_one_is_not()
    {
        using (var progress = new ScanProgress(new Nobody(), _terminal, TimeSpan.MaxValue))
        {
            progress.Add(new List<FoundFile>(new FoundFile[1000]));
        }

        Assert.That(_terminal.ToString(), Is.Empty);
    }

    private sealed class Nobody : IScanned
    {
        public void Add(in FoundDirectory directory)
        {
        }

        public void Add(List<FoundFile> files)
        {
        }
    }
}
