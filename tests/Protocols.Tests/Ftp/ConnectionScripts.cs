using Straightwire.Simulation;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>Where data connections come from and go to: PASV, EPSV, PORT, EPRT.</summary>
public sealed class ConnectionScripts
{
    [Test]
    public void The_command_may_come_before_its_data_connection() => FtpScript.Run("""
        enter alice I
        > PASV
        < 227 *
        > RETR a.txt
        silence
        connect
        < 150 *
        data /a.txt
        < 226 *
        > EPSV
        < 229 *
        > STOR b
        silence
        connect
        < 150 *
        put "b"
        finish
        < 226 *
        file /b "b"
        """);

    [Test]
    public void A_second_pasv_replaces_the_first() => FtpScript.Run("""
        enter alice I
        > PASV
        < 227 *
        connect
        > PASV
        < 227 *
        gone
        connect
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        """);

    [Test]
    public void Port_replaces_pasv_and_the_other_way_round() => FtpScript.Run("""
        enter alice I
        > PASV
        < 227 *
        > PORT 198,18,0,1,11,184
        < 200 *
        connect
        gone
        listen 3000
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        > PORT 198,18,0,1,11,184
        < 200 *
        passive
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        """);

    [Test]
    public void A_data_connection_that_does_not_come_is_told_425() => FtpScript.Run("""
        enter alice I
        > PASV
        < 227 *
        > RETR a.txt
        wait 28s
        silence
        wait 2s
        < 425 *
        connect
        gone
        > RETR a.txt
        < 425 *
        counter DataConnectionsFailed 1
        counter TransfersFailed 1
        log Login  0 230
        log Download /a.txt 0 425
        """);

    [Test]
    public void A_data_connection_that_is_refused_is_told_425() => FtpScript.Run("""
        enter alice I
        > PORT 198,18,0,1,11,184
        < 200 *
        > RETR a.txt
        < 425 *
        > EPRT |1|198.18.0.1|3000|
        < 200 *
        > STOR b
        < 425 *
        nofile /b
        counter DataConnectionsFailed 2
        """);

    [Test]
    public void A_data_connection_that_breaks_before_the_command_is_none() => FtpScript.Run("""
        enter alice I
        passive
        reset
        silence
        > RETR a.txt
        < 425 *
        passive
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        """);

    [Test]
    public void Epsv_all_leaves_no_other_way() => FtpScript.Run("""
        enter alice I
        > EPSV ALL
        < 200 *
        > PASV
        < 503 *
        > PORT 198,18,0,1,11,184
        < 503 *
        > EPRT |1|198.18.0.1|3000|
        < 503 *
        > EPSV
        < 229 *
        connect
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        """);

    [Test]
    public void Nobody_is_connected_to_but_the_client_and_on_no_low_port() => FtpScript.Run("""
        enter alice I
        > PORT 198,18,0,7,11,184
        < 504 *
        > PORT 198,18,0,1,3,255
        < 504 *
        > EPRT |1|198.18.0.7|3000|
        < 504 *
        > EPRT |1|198.18.0.1|1023|
        < 504 *
        > EPRT |1|198.18.0.1|0|
        < 504 *
        > RETR a.txt
        < 425 *
        > PORT 198,18,0,1,4,0
        < 200 *
        > PORT 198,18,0,7,11,184
        < 504 *
        > RETR a.txt
        < 425 *
        counter BouncesRefused 6
        """);

    [TestCase("PORT 198,18,0,7,11,184", 504)]
    [TestCase("PORT 198,18,0,1,3,255", 504)]
    [TestCase("PORT 198,18,0,1,11", 501)]
    [TestCase("PORT", 501)]
    [TestCase("EPRT |1|198.18.0.7|3000|", 504)]
    [TestCase("EPRT |2|2001:db8::1|3000|", 522)]
    [TestCase("EPRT |1|198.18.0.1|", 501)]
    public void A_place_that_is_refused_leaves_none(string command, int code) => FtpScript.Run($"""
        enter alice I
        > PORT 198,18,0,1,11,184
        < 200 *
        > {command}
        < {code} *
        > RETR a.txt
        < 425 Use PASV*
        passive
        > {command}
        < {code} *
        gone
        > RETR a.txt
        < 425 Use PASV*
        """);

    [Test]
    public void Active_mode_can_be_switched_off() => FtpScript.Run(
        """
        enter alice I
        > PORT 198,18,0,1,11,184
        < 502 *
        > EPRT |1|198.18.0.1|3000|
        < 502 *
        """,
        options => options with { Active = false });

    [Test]
    public void A_masquerade_address_is_told_by_pasv() => FtpScript.Run(
        """
        enter alice I
        > PASV
        < 227 Entering Passive Mode (203,0,113,9,195,*).
        connect
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        """,
        options => options with { PassiveAddress = new Ipv4Address(0xCB00_7109) });

    [Test]
    public void Passive_ports_are_those_of_the_shard_and_can_run_out()
    {
        FtpWorld world = new(change: options => options with
        {
            ShardCount = 4,
            ShardNumber = 1,
            PassivePortLast = 50_005,
        });
        FtpScript first = FtpScript.Begin(world);
        FtpScript second = FtpScript.Begin(world);
        FtpScript third = FtpScript.Begin(world);
        first.Do("""
            enter alice I
            > EPSV
            < 229 * (|||5000*|)
            """);
        second.Do("""
            enter alice I
            > EPSV
            < 229 * (|||5000*|)
            """);
        Assert.That(new[] { first.Port, second.Port }, Is.EquivalentTo(new[] { 50_001, 50_005 }));
        third.Do("""
            enter alice I
            > EPSV
            < 425 *
            counter PassivePortsExhausted 1
            """);
        first.Leave();
        third.Do("""
            > EPSV
            < 229 *
            """);
        second.Leave();
        third.End();
    }

    [Test]
    public void A_data_connection_is_taken_from_the_control_peer_only()
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            enter alice I
            > PASV
            < 227 *
            """);
        world.SendSyn(TwoStacks.ClientAddress.Value + 6, script.Port);
        Assert.That(world.Stacks.Server.Tcp.HalfOpenCount, Is.Zero, "to everyone else the port is closed");
        world.SendSyn(TwoStacks.ClientAddress.Value, script.Port);
        Assert.That(world.Stacks.Server.Tcp.HalfOpenCount, Is.EqualTo(1));
        world.Run(TimeSpan.FromSeconds(2));
        Assert.That(world.Stacks.Server.Tcp.HalfOpenCount, Is.Zero, "the client knows nothing of it");
        script.Do("""
            connect
            > RETR a.txt
            < 150 *
            data /a.txt
            < 226 *
            """);
        script.End();
    }
}
