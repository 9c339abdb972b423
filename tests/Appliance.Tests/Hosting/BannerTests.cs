using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Hosting;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class BannerTests
{
    private static readonly FtpUserSettings Reader = new() { Name = "reader" };
    private static readonly FtpUserSettings Writer = new() { Name = "writer", Rights = [FtpRight.Write] };

    [Test]
    public void The_banner_says_who_may_log_in_by_ftp()
    {
        Assert.That(Banner.UsersOf(new()), Is.EqualTo("anonymous, read only"));
        Assert.That(Banner.UsersOf(new() { Users = [Reader] }), Is.EqualTo("anonymous, read only; 1 user"));
        Assert.That(
            Banner.UsersOf(new() { Anonymous = false, Users = [Reader, Writer] }),
            Is.EqualTo("2 users, 1 with rights to change files"));
        Assert.That(Banner.UsersOf(new() { Anonymous = false }), Is.EqualTo("nobody may log in"));
    }
}
