using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>The server as a service of Type=notify; Clients/service_manager.py plays systemd.</summary>
[TestFixture]
[Category("Wire")]
public sealed class ServiceManagerTests
{
    [Test]
    [Category("Published")]
    public void A_manager_hears_of_start_life_reload_and_stop(
        [Values("path", "abstract")] string socket, [Values("true", "false")] string sandbox)
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent();
        string address = socket == "path" ? "$root/notify" : $"@{Path.GetFileName(content.Root)}-{sandbox}";

        LabScript.Namespace(content, $$"""
            until_said() {
              for i in {1..200}; do grep -q "$1" said && return || sleep 0.05; done
              cat said; return 1
            }
            python3 $clients/service_manager.py {{address}} 400000 pid \
              "$server" serve "$www" --set server.sandbox={{sandbox}} >said 2>>$root/server.log & manager=$!
            until_said '^main READY=1 STATUS=Serving http://198.18.0.2/$'
            pid=$(cat pid)
            answers
            until_said '^main WATCHDOG=1$'
            kill -HUP $pid
            until_said '^main RELOADING=1 MONOTONIC_USEC=[0-9]*$'
            for i in {1..100}; do [ $(grep -c READY said) = 2 ] && break || sleep 0.05; done
            [ $(grep -c READY said) = 2 ]
            kill -TERM $pid
            wait $manager
            until_said '^main STOPPING=1'
            ! grep -v '^main' said
            """).Succeeded();
    }
}
