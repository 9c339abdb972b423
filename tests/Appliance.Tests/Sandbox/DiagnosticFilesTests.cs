using Straightwire.Appliance.Sandbox;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Sandbox;

/// <summary>The runtime's files for debuggers, of a process that executes another program.</summary>
[TestFixture]
public sealed class DiagnosticFilesTests
{
    [TestCase("7 (straightwire) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 9 0 3598439 1 2")]
    [TestCase("7 (a ) (b) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 9 0 3598439 1 2")]
    public void They_are_named_for_the_process_and_its_start(string status) =>
        Assert.That(DiagnosticFiles.Names(7, status), Is.EqualTo((string[])
        [
            "dotnet-diagnostic-7-3598439-socket",
            "clr-debug-pipe-7-3598439-in",
            "clr-debug-pipe-7-3598439-out",
        ]));

    [Test]
    [Category("Wire")]
    public void A_served_and_a_lab_process_leave_nothing_in_the_temporary_directory()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, """
            mkdir $root/tmp; export TMPDIR=$root/tmp
            serve; answers
            [ -z "$(ls -A $TMPDIR)" ]
            kill $pid; wait $pid
            "$server" lab "$www" -- true
            [ -z "$(ls -A $TMPDIR)" ]
            """).Succeeded();
    }
}
