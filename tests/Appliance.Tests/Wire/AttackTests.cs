using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>The attack table's rows of the protocols above TCP.</summary>
[TestFixture]
[Category("Wire")]
public sealed class AttackTests
{
    [Test]
    public void Http_refuses_what_is_ambiguous_or_too_large_and_answers_nothing_behind_it()
    {
        LabScript.Require("python3");
        using var content = new TemporaryContent();
        File.WriteAllText(Path.Combine(content.Www, "page.txt"), "hello\n");

        LabScript.Serve(content, """
            export pid
            python3 "$clients/http_attacks.py" 198.18.0.2
            """).Succeeded();
    }

    [Test]
    public void Ftp_refuses_bounces_strangers_floods_and_long_lines()
    {
        LabScript.Require("python3", "ip");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            link=$(ip -o -4 address show to 198.18.0.0/15 | awk '{print $2; exit}')
            ip address add 198.18.0.9/15 dev "$link"
            python3 "$clients/ftp_attacks.py" 198.18.0.2
            """).Succeeded();
    }
}
