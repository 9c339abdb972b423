using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Logs;

public sealed class LogPlaceTests
{
    [Test]
    public void A_log_has_its_directory_and_stands_outside_of_the_content()
    {
        using var content = new TemporaryContent();
        Directory.CreateDirectory(Path.Combine(content.Www, "sub"));
        Directory.CreateDirectory(Path.Combine(content.Root, "www2"));
        Directory.CreateSymbolicLink(Path.Combine(content.Root, "link"), content.Www);

        Assert.Multiple(() =>
        {
            Assert.That(FaultOf("access.log"), Is.Null);
            Assert.That(FaultOf("www2/access.log"), Is.Null, "a name that begins alike");
            Assert.That(FaultOf("none/access.log"), Does.StartWith("there is no directory "));
            Assert.That(FaultOf("www"), Does.Contain(" is a directory"));
            Assert.That(FaultOf("www/access.log"), Does.Contain(" is in the content"));
            Assert.That(FaultOf("www/sub/access.log"), Does.Contain(" is in the content"));
            Assert.That(FaultOf("out/../www/access.log"), Does.Contain(" is in the content"));
            Assert.That(FaultOf("link/sub/access.log"), Does.Contain(" is in the content"), "by a link");
            Assert.That(LogPlace.Fault(null, content.Www), Is.Null);
            Assert.That(LogPlace.Fault("/dev/stdout", content.Www), Is.Null);
        });

        string? FaultOf(string name) => LogPlace.Fault(Path.Combine(content.Root, name), content.Www);
    }

    [Test]
    public void A_log_is_outside_of_content_that_is_named_by_a_link()
    {
        using var content = new TemporaryContent();
        string link = Path.Combine(content.Root, "current");
        Directory.CreateSymbolicLink(link, content.Www);

        string inside = Path.Combine(content.Www, "log");
        Assert.That(LogPlace.Fault(inside, link), Does.Contain(" is in the content"));
        Assert.That(LogPlace.Fault(Path.Combine(content.Root, "log"), link), Is.Null);
    }
}
