using Straightwire.Appliance.Content;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>Names that are left out are told in a bounded number of lines, and in one sum.</summary>
[Platform("Linux")]
public sealed class LeftOutTests
{
    private ContentDirectory _content = null!;

    [SetUp]
    public void SetUp() => _content = new ContentDirectory();

    [TearDown]
    public void TearDown() => _content.Dispose();

    [Test]
    public void Some_names_have_a_line_each_and_all_of_them_one_with_their_reasons()
    {
        _content.Write("fine", "x");
        for (int i = 0; i < 50; i++)
        {
            _content.Link($"loop{i}", $"loop{i}");
        }
        _content.Link("out", "/etc/passwd");
        Assert.That(_content.Store.Summary.LeftOut, Is.EqualTo(51));

        Assert.That(_content.Warnings, Has.Count.EqualTo(LeftOutLog.LinesMax + 1));
        Assert.That(
            _content.Warnings[^1],
            Does.StartWith("Content: 51 names are left out and answered with 404, of which 20 are named ")
                .And.Contain(". 50: ").And.Contain("; 1: ").And.EndWith("SIGHUP"));
    }

    [Test]
    public void What_is_looked_at_again_by_itself_is_not_told_again_and_a_reload_tells_all()
    {
        _content.Write("fine", "x");
        _content.Link("loop", "loop");
        _content.Link("other", "other");
        Assert.That(_content.Store.Summary.LeftOut, Is.EqualTo(2));
        int told = _content.Warnings.Count;

        _content.Store.Apply(["/loop", "/other"]);
        Assert.That(_content.Warnings, Has.Count.EqualTo(told));
        _content.Store.Reload();
        Assert.That(_content.Warnings, Has.Count.EqualTo(2 * told));
    }
}
