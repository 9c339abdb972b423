using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>Who is let in, and for how long: USER, PASS, REIN, QUIT, HOST, limits and timeouts.</summary>
public sealed class AccessScripts
{
    [TestCase("anonymous")]
    [TestCase("ftp")]
    [TestCase("Anonymous")]
    public void Anonymous_logs_in_with_any_password(string name) => FtpScript.Run($"""
        < 220 *
        > USER {name}
        < 331 *
        > PASS me@example.org
        < 230 *
        > PASS again
        < 202 *
        > PWD
        < 257 "/" *
        log Login  0 230
        counter AnonymousLogins 1
        """);

    [Test]
    public void A_user_logs_in_with_the_right_password_only() => FtpScript.Run("""
        < 220 *
        > PASS secret
        < 503 *
        > USER alice
        < 331 *
        > PASS wrong
        < 530 *
        > PWD
        < 530 *
        > PASS secret
        < 503 *
        > USER alice
        < 331 *
        > PASS secret
        < 230 *
        log LoginFailed  0 530
        log Login  0 230
        counter LoginsFailed 1
        counter Logins 1
        """);

    [Test]
    public void An_unknown_user_is_answered_as_one_with_a_wrong_password() => FtpScript.Run("""
        < 220 *
        > USER nobody
        < 331 Password, please.
        > PASS secret
        < 530 Name or password is wrong.
        > USER alice
        < 331 Password, please.
        > PASS wrong
        < 530 Name or password is wrong.
        """);

    [Test]
    public void The_answer_to_a_failed_login_waits_and_the_third_closes() => FtpScript.Run(
        """
        < 220 *
        > USER alice
        < 331 *
        > PASS wrong
        silence
        wait 1s
        < 530 *
        > USER alice
        < 331 *
        > PASS wrong
        silence
        wait 1s
        < 530 *
        > USER alice
        < 331 *
        > PASS wrong
        silence
        wait 1s
        < 530 *
        < 421 *
        closed
        counter LoginsExhausted 1
        """,
        options => options with { FailedLoginDelay = Duration.OfMilliseconds(1500) });

    [Test]
    public void Commands_wait_while_a_password_is_checked() => FtpScript.Run("""
        < 220 *
        >> USER alice\r\nPASS secret\r\nPWD\r\nUSER alice\r\nPASS wrong\r\nPWD\r\nNOOP\r\n
        < 331 *
        < 230 *
        < 257 *
        < 331 *
        < 530 *
        < 530 *
        < 200 *
        """);

    [Test]
    public void Logins_beyond_what_can_be_checked_are_told_421()
    {
        FtpWorld world = new();
        world.Passwords.WaitingMax = 0;
        FtpScript.Run(
            """
            < 220 *
            > USER alice
            < 331 *
            > PASS secret
            < 421 *
            closed
            """,
            world);
    }

    [Test]
    public void Anonymous_can_be_switched_off() => FtpScript.Run(
        """
        < 220 *
        > USER anonymous
        < 331 Password, please.
        > PASS me@example.org
        < 530 *
        """,
        options => options with { Anonymous = false });

    [Test]
    public void A_banner_of_several_lines_is_one_reply() => FtpScript.Run(
        """
        < 220-Welcome
        <  220 to line one
        < 220 two
        """,
        options => options with { Banner = "Welcome\n220 to line one\ntwo" });

    [Test]
    public void Rein_forgets_the_user_and_all_that_was_set() => FtpScript.Run("""
        enter alice I
        > CWD pub
        < 250 *
        > EPSV ALL
        < 200 *
        > REIN now
        < 501 *
        > REIN
        < 220 *
        > PWD
        < 530 *
        > HOST ftp.example.org
        enter bob
        > PWD
        < 257 "/" *
        > SIZE readme.txt
        < 550 *
        > PASV
        < 227 *
        """);

    [Test]
    public void After_rein_there_is_as_much_time_to_log_in_as_at_first() => FtpScript.Run(
        """
        enter alice
        wait 40s
        > NOOP
        < 200 *
        wait 40s
        > REIN
        < 220 *
        wait 50s
        > NOOP
        < 200 *
        wait 8s
        silence
        < 421 *
        closed
        counter LoginTimeouts 1
        """);

    [Test]
    public void User_again_logs_out_and_leaves_time_to_log_in() => FtpScript.Run("""
        enter alice
        wait 90s
        > USER bob
        < 331 *
        > PWD
        < 530 *
        wait 50s
        > PASS secret
        < 230 *
        > SIZE sub/deep.txt
        < 550 *
        """);

    [Test]
    public void Host_comes_before_user() => FtpScript.Run("""
        < 220 *
        > HOST ftp.example.org
        < 220 *
        > HOST [2001:db8::1]
        < 220 *
        > HOST
        < 501 *
        > HOST a b
        < 501 *
        > HOST a/b
        < 501 *
        > USER anonymous
        < 331 *
        > HOST ftp.example.org
        < 503 *
        > PASS x
        < 230 *
        > HOST ftp.example.org
        < 503 *
        """);

    [Test]
    public void Quit_says_goodbye_and_closes_and_nothing_behind_it_is_answered() => FtpScript.Run("""
        < 220 *
        > QUIT now
        < 501 *
        >> QUIT\r\nNOOP\r\nNOOP\r\n
        < 221 *
        closed
        """);

    [Test]
    public void A_client_that_half_closes_gets_all_its_answers() => FtpScript.Run("""
        < 220 *
        >> USER alice\r\nPASS secret\r\nTYPE I\r\nSIZE a.txt\r\nDELE a.txt\r\nNOOP\r\nNO
        hangup
        < 331 *
        < 230 *
        < 200 *
        < 213 18
        < 250 *
        < 200 *
        closed
        nofile /a.txt
        """);

    [Test]
    public void Login_and_idle_time_are_limited() => FtpScript.Run("""
        < 220 *
        wait 55s
        > NOOP
        < 200 *
        wait 3s
        silence
        < 421 *
        closed
        counter LoginTimeouts 1
        counter IdleTimeouts 0
        """);

    [Test]
    public void A_silent_client_is_closed_after_the_idle_time() => FtpScript.Run("""
        enter anonymous
        wait 4m
        > NOOP
        < 200 *
        wait 4m
        wait 58s
        silence
        wait 2s
        < 421 *
        closed
        counter IdleTimeouts 1
        """);

    [Test]
    public void Clients_are_limited_in_all_and_for_each_address()
    {
        FtpWorld world = new(change: options => options with { Clients = 3, ClientsPerPeer = 2 });
        FtpScript first = FtpScript.Begin(world);
        FtpScript second = FtpScript.Begin(world);
        first.Do("< 220 *");
        second.Do("< 220 *");
        FtpScript third = FtpScript.Begin(world);
        third.Do("""
            < 421 *
            closed
            counter PeerClientsRefused 1
            counter ClientsRefused 0
            """);
        Assert.That(world.Service.ClientCount, Is.EqualTo(2), "who is refused takes nobody's place");
        first.Do("""
            hangup
            closed
            """);
        FtpScript fourth = FtpScript.Begin(world);
        fourth.Do("< 220 *");
        second.Leave();
        third.Leave();
        fourth.Leave();
        first.End();
    }

    [Test]
    public void A_client_beyond_the_limit_in_all_is_told_421()
    {
        FtpWorld world = new(change: options => options with { Clients = 1, ClientsPerPeer = 2 });
        FtpScript first = FtpScript.Begin(world);
        first.Do("< 220 *");
        FtpScript second = FtpScript.Begin(world);
        second.Do("""
            < 421 *
            closed
            counter ClientsRefused 1
            """);
        second.Leave();
        first.End();
    }

    [Test]
    public void A_program_that_stops_says_so_to_idle_clients()
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            enter alice
            passive
            """);
        world.Stacks.Server.Drain(world.World.Now);
        script.Do("""
            < 421 *
            closed
            gone
            """);
        script.End();
    }

    [Test]
    public void A_program_that_stops_lets_a_transfer_end_first()
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            enter alice
            passive
            > STOR b.txt
            < 150 *
            put "one"
            silence
            """);
        world.Stacks.Server.Drain(world.World.Now);
        script.Do("""
            > NOOP
            silence
            put "two"
            finish
            < 226 *
            < 421 *
            closed
            file /b.txt "onetwo"
            """);
        script.End();
    }
}
