using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>The server as a process among others: signals, sockets, privileges.</summary>
[TestFixture]
[Category("Wire")]
public sealed class ProcessTests
{
    [Test]
    public void The_server_answers_ping()
    {
        LabScript.Require("ping");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Serve(content, "ping -c 3 -i 0.2 -W 2 198.18.0.2").Succeeded();

        Assert.That(result.Output, Does.Contain("3 received"));
    }

    [Test]
    public void No_socket_listens_while_a_client_is_served()
    {
        LabScript.Require("curl", "ss");
        using var content = new TemporaryContent();
        content.Add("large.bin", 30_000_000);

        ScriptResult result = LabScript.Serve(content, """
            curl -sS --fail --limit-rate 10M -o large.bin $url/large.bin & client=$!
            until [ -s large.bin ]; do sleep 0.05; done
            ss -tlnpH
            echo "$(ss -tnH | wc -l) connection, $(ss -tanpH | grep -c "pid=$pid,") of the server"
            wait $client
            sha256sum --quiet -c "$sums"
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("1 connection, 0 of the server"));
    }

    [Test]
    public void A_killed_server_starts_again_in_its_place_and_the_client_retries_to_its_end()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        LabScript.Namespace(content, """
            serve; answers
            curl -s --fail --limit-rate 10M --speed-time 2 --speed-limit 1000 --connect-timeout 2 \
              --retry 20 --retry-all-errors --retry-delay 1 -o large.bin $url/large.bin & client=$!
            until [ -s large.bin ]; do sleep 0.05; done
            kill -KILL $pid
            wait $pid || true
            serve; answers
            wait $client
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [Test]
    [Category("Published")]
    public void Sigterm_lets_a_transfer_in_progress_finish()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        LabScript.Namespace(content, """
            serve; answers
            curl -sS --fail --limit-rate 10M -o large.bin $url/large.bin & client=$!
            until [ -s large.bin ]; do sleep 0.05; done
            kill -TERM $pid
            wait $client
            sha256sum --quiet -c "$sums"
            wait $pid
            """).Succeeded();
    }

    [Test]
    public void Sigterm_resets_at_its_timeout_who_does_not_finish()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        ScriptResult result = LabScript.Namespace(content, """
            serve --set server.drainTimeout=500ms; answers
            curl -sS --fail --limit-rate 1M -o large.bin $url/large.bin & client=$!
            until [ -s large.bin ]; do sleep 0.05; done
            kill -TERM $pid
            wait $pid
            wait $client || echo "status $?"
            """).Succeeded();

        // CURLE_RECV_ERROR
        Assert.That(result.Output, Is.EqualTo("status 56"));
    }

    [Test]
    public void A_start_that_fails_says_why_in_one_line()
    {
        LabScript.Require();
        using var content = new TemporaryContent();
        content.Add("small.txt", 10);

        // The interface and its address are the first server's already.
        ScriptResult result = LabScript.Serve(content, """
            status=0
            "$server" serve "$www" </dev/null 2>refused || status=$?
            echo "status $status, $(wc -l <refused) line"
            cat refused >&2
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("status 3, 1 line"), result.Log);
    }

    [Test]
    public void Lab_works_without_root_where_the_device_may_be_opened()
    {
        LabScript.Require("curl", "runuser");
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Pass("every test of this class runs without root");
        }
        using var content = new TemporaryContent();
        content.Add("large.bin", 1_000_000);

        // A mount namespace of its own, in which everybody may open /dev/net/tun and read the program.
        LabScript.Run(content, ["unshare", "--mount", "--"], $$"""
            mkdir "$root/private"
            mount -t tmpfs -o mode=755,dev tmpfs "$root/private"
            mknod -m 666 "$root/private/tun" c 10 200
            mount --bind "$root/private/tun" /dev/net/tun
            mkdir "$root/private/program"
            cp '{{AppContext.BaseDirectory}}'/*.{dll,json} "$server" "$root/private/program"
            runuser -u nobody -- "$root/private/program/straightwire" lab "$www" -- \
              curl -sS --fail -o large.bin $url/large.bin
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }
}
