using Straightwire.Simulation.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>Every command with good and bad arguments, before and after login, and how lines are read.
/// </summary>
public sealed class CommandScripts
{
    // RFC 959 §5.4 and the RFCs of the other commands: what each may be answered with before login.
    [TestCase("ACCT x", 202, 332, 503)]
    [TestCase("ALLO 1", 530)]
    [TestCase("APPE x", 530)]
    [TestCase("ABOR", 530)]
    [TestCase("CDUP", 530)]
    [TestCase("CWD /", 530)]
    [TestCase("DELE x", 530)]
    [TestCase("EPRT |1|198.18.0.1|3000|", 530)]
    [TestCase("EPSV", 530)]
    [TestCase("LIST", 530)]
    [TestCase("MDTM a.txt", 530)]
    [TestCase("MFMT 20260101000000 a.txt", 530)]
    [TestCase("MKD x", 530)]
    [TestCase("MLSD", 530)]
    [TestCase("MLST", 530)]
    [TestCase("MODE S", 530)]
    [TestCase("NLST", 530)]
    [TestCase("PASV", 530)]
    [TestCase("PORT 198,18,0,1,11,184", 530)]
    [TestCase("PWD", 530)]
    [TestCase("REST 1", 530)]
    [TestCase("RETR a.txt", 530)]
    [TestCase("RMD x", 530)]
    [TestCase("RNFR x", 530)]
    [TestCase("RNTO x", 530)]
    [TestCase("SITE HELP", 530)]
    [TestCase("SIZE a.txt", 530)]
    [TestCase("STAT", 530)]
    [TestCase("STOR x", 530)]
    [TestCase("STOU", 530)]
    [TestCase("STRU F", 530)]
    [TestCase("TYPE I", 530)]
    [TestCase("XCUP", 530)]
    [TestCase("XCWD /", 530)]
    [TestCase("XMKD x", 530)]
    [TestCase("XPWD", 530)]
    [TestCase("XRMD x", 530)]
    [TestCase("NOOP", 200)]
    [TestCase("SYST", 215)]
    [TestCase("LANG", 200)]
    [TestCase("CLNT x", 200)]
    [TestCase("CSID", 200)]
    [TestCase("OPTS UTF8 ON", 200)]
    [TestCase("AUTH TLS", 502)]
    [TestCase("PBSZ 0", 502)]
    [TestCase("PROT P", 502)]
    [TestCase("CCC", 502)]
    [TestCase("ADAT x", 502)]
    [TestCase("MIC x", 502)]
    [TestCase("CONF x", 502)]
    [TestCase("ENC x", 502)]
    [TestCase("SMNT x", 502, 530)]
    [TestCase("XYZZ", 502)]
    [TestCase("LPSV", 502)]
    [TestCase("", 502, 500)]
    [TestCase("N", 502, 500)]
    public void Before_a_login_commands_are_answered_as_the_standards_allow(
        string command, params int[] allowed)
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("< 220 *");
        int code = script.Ask(command);
        Assert.That(allowed, Does.Contain(code));
        script.End();
        Assert.That(world.Changes.Calls, Is.Zero);
    }

    // After a login as alice, who may do everything.
    [TestCase("ACCT", 501)]
    [TestCase("ACCT x", 202)]
    [TestCase("ABOR", 226)]
    [TestCase("ALLO", 501)]
    [TestCase("ALLO 5", 202)]
    [TestCase("ALLO 5 R 10", 202)]
    [TestCase("ALLO x", 501)]
    [TestCase("ALLO 5 R x", 501)]
    [TestCase("ALLO 5 R", 501)]
    [TestCase("ALLO -5", 501)]
    [TestCase("APPE", 501)]
    [TestCase("APPE x", 425)]
    [TestCase("CDUP", 250)]
    [TestCase("CDUP x", 501)]
    [TestCase("CLNT", 501)]
    [TestCase("CLNT x", 200)]
    [TestCase("CWD", 501)]
    [TestCase("CWD pub", 250)]
    [TestCase("CWD nowhere", 550)]
    [TestCase("CWD a.txt", 550)]
    [TestCase("DELE", 501)]
    [TestCase("DELE nothing", 550)]
    [TestCase("DELE pub", 550)]
    [TestCase("DELE a.txt", 250)]
    [TestCase("EPRT", 501)]
    [TestCase("EPRT |1|198.18.0.1|3000|", 200)]
    [TestCase("EPRT !1!198.18.0.1!3000!", 200)]
    [TestCase("EPRT |2|2001:db8::1|3000|", 522)]
    [TestCase("EPRT |1|198.18.0.1|3000", 501)]
    [TestCase("EPRT |1|198.18.0|3000|", 501)]
    [TestCase("EPRT |1|198.18.0.9|3000|", 504)]
    [TestCase("EPRT |1|198.18.0.1|80|", 504)]
    [TestCase("EPRT |1|198.18.0.1|65536|", 501)]
    [TestCase("EPSV", 229)]
    [TestCase("EPSV 1", 229)]
    [TestCase("EPSV 2", 522)]
    [TestCase("EPSV x", 501)]
    [TestCase("EPSV ALL", 200)]
    [TestCase("FEAT", 211)]
    [TestCase("FEAT x", 501)]
    [TestCase("HELP", 214)]
    [TestCase("HELP RETR", 214)]
    [TestCase("HELP retr", 214)]
    [TestCase("HELP AUTH", 502)]
    [TestCase("HELP nothing", 502)]
    [TestCase("LANG", 200)]
    [TestCase("LANG en", 200)]
    [TestCase("LANG EN-us", 200)]
    [TestCase("LANG fr", 504)]
    [TestCase("LIST", 425)]
    [TestCase("LIST nothing", 550)]
    [TestCase("MDTM", 501)]
    [TestCase("MDTM a.txt", 213)]
    [TestCase("MDTM nothing", 550)]
    [TestCase("MFMT", 501)]
    [TestCase("MFMT a.txt", 501)]
    [TestCase("MFMT 20260101000000", 501)]
    [TestCase("MFMT 20260101000000 a.txt", 213)]
    [TestCase("MFMT 20261301000000 a.txt", 501)]
    [TestCase("MFMT 20260101000000 nothing", 550)]
    [TestCase("MFMT 20260101000000 pub", 550)]
    [TestCase("MKD", 501)]
    [TestCase("MKD new", 257)]
    [TestCase("MKD pub", 550)]
    [TestCase("MKD a.txt", 550)]
    [TestCase("MKD .new", 553)]
    [TestCase("MKD nowhere/new", 553)]
    [TestCase("MLSD", 425)]
    [TestCase("MLSD a.txt", 501)]
    [TestCase("MLSD nothing", 550)]
    [TestCase("MLST", 250)]
    [TestCase("MLST a.txt", 250)]
    [TestCase("MLST nothing", 550)]
    [TestCase("MODE", 501)]
    [TestCase("MODE S", 200)]
    [TestCase("MODE s", 200)]
    [TestCase("MODE B", 504)]
    [TestCase("MODE C", 504)]
    [TestCase("MODE Z", 504)]
    [TestCase("MODE x", 501)]
    [TestCase("NLST", 425)]
    [TestCase("NLST nothing", 550)]
    [TestCase("NOOP", 200)]
    [TestCase("OPTS", 501)]
    [TestCase("OPTS UTF8", 200)]
    [TestCase("OPTS utf8 on", 200)]
    [TestCase("OPTS UTF8 OFF", 504)]
    [TestCase("OPTS MLST size;modify;", 200)]
    [TestCase("OPTS MLST", 200)]
    [TestCase("OPTS MLST ;;", 501)]
    [TestCase("OPTS NOTHING", 501)]
    [TestCase("PASS", 202)]
    [TestCase("PASV", 227)]
    [TestCase("PASV x", 501)]
    [TestCase("PORT", 501)]
    [TestCase("PORT 198,18,0,1,11,184", 200)]
    [TestCase("PORT 198,18,0,9,11,184", 504)]
    [TestCase("PORT 198,18,0,1,0,80", 504)]
    [TestCase("PORT 198,18,0,1,11", 501)]
    [TestCase("PORT 198,18,0,1,11,256", 501)]
    [TestCase("PORT 198,18,0,1,11,184,", 501)]
    [TestCase("PWD", 257)]
    [TestCase("PWD x", 501)]
    [TestCase("REST", 501)]
    [TestCase("REST 0", 350)]
    [TestCase("REST 9223372036854775807", 350)]
    [TestCase("REST 9223372036854775808", 501)]
    [TestCase("REST 99999999999999999999", 501)]
    [TestCase("REST -1", 501)]
    [TestCase("REST +1", 501)]
    [TestCase("REST x", 501)]
    [TestCase("RETR", 501)]
    [TestCase("RETR a.txt", 425)]
    [TestCase("RETR nothing", 550)]
    [TestCase("RETR pub", 550)]
    [TestCase("RMD", 501)]
    [TestCase("RMD hollow", 250)]
    [TestCase("RMD /", 550)]
    [TestCase("RMD pub", 550)]
    [TestCase("RMD a.txt", 550)]
    [TestCase("RMD nothing", 550)]
    [TestCase("RNFR", 501)]
    [TestCase("RNFR a.txt", 350)]
    [TestCase("RNFR pub", 350)]
    [TestCase("RNFR /", 550)]
    [TestCase("RNFR nothing", 550)]
    [TestCase("RNTO x", 503)]
    [TestCase("RNTO", 503, 501)]
    [TestCase("SITE", 501)]
    [TestCase("SITE HELP", 214)]
    [TestCase("SITE CHMOD 777 a.txt", 502, 504)]
    [TestCase("SIZE", 501)]
    [TestCase("SMNT x", 502)]
    [TestCase("STAT", 211)]
    [TestCase("STAT a.txt", 213)]
    [TestCase("STAT pub", 213)]
    [TestCase("STAT nothing", 550)]
    [TestCase("STOR", 501)]
    [TestCase("STOR x", 425)]
    [TestCase("STOR pub", 553)]
    [TestCase("STOR .x", 553)]
    [TestCase("STOR nowhere/x", 553)]
    [TestCase("STOR \\\\x", 553)]
    [TestCase("STOU", 425)]
    [TestCase("STOU x", 425)]
    [TestCase("STRU", 501)]
    [TestCase("STRU F", 200)]
    [TestCase("STRU R", 504)]
    [TestCase("STRU P", 504)]
    [TestCase("STRU x", 501)]
    [TestCase("SYST", 215)]
    [TestCase("SYST x", 501)]
    [TestCase("TYPE", 501)]
    [TestCase("TYPE A", 200)]
    [TestCase("TYPE A N", 200)]
    [TestCase("TYPE a n", 200)]
    [TestCase("TYPE A T", 504)]
    [TestCase("TYPE A C", 504)]
    [TestCase("TYPE A X", 501)]
    [TestCase("TYPE E", 504)]
    [TestCase("TYPE I", 200)]
    [TestCase("TYPE L 8", 200)]
    [TestCase("TYPE L 36", 504)]
    [TestCase("TYPE L", 501)]
    [TestCase("TYPE X", 501)]
    [TestCase("USER", 501)]
    [TestCase("XCUP", 250)]
    [TestCase("XCWD pub", 250)]
    [TestCase("XMKD new", 257)]
    [TestCase("XPWD", 257)]
    [TestCase("XRMD hollow", 250)]
    [TestCase("AUTH TLS", 502)]
    [TestCase("XYZZ", 502)]
    public void After_a_login_commands_are_answered_as_the_standards_allow(
        string command, params int[] allowed)
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("""
            < 220 *
            login alice
            """);
        int code = script.Ask(command);
        Assert.That(allowed, Does.Contain(code));
        // In any case of the letters, and each for itself.
        Assert.That(script.Ask("noop"), Is.EqualTo(200));
        script.End();
    }

    // What takes an argument is refused to who lacks the right for it, whatever the argument is.
    [TestCase("DELE readme.txt")]
    [TestCase("RMD sub")]
    [TestCase("MKD new")]
    [TestCase("RNFR readme.txt")]
    [TestCase("STOR x")]
    [TestCase("APPE readme.txt")]
    [TestCase("STOU")]
    [TestCase("STOU x")]
    [TestCase("MFMT 20260101000000 readme.txt")]
    public void A_user_who_may_only_read_changes_nothing(string command)
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            < 220 *
            login bob
            passive
            """);
        Assert.That(script.Ask(command), Is.EqualTo(550));
        script.End();
        Assert.That(world.Changes.Calls, Is.Zero);
    }

    [TestCase("RETR readme.txt")]
    [TestCase("SIZE readme.txt")]
    [TestCase("DELE readme.txt")]
    [TestCase("MKD new")]
    [TestCase("RNFR readme.txt")]
    public void Each_right_stands_for_itself(string command)
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("""
            < 220 *
            login carol
            """);
        Assert.That(script.Ask(command), Is.EqualTo(550));
        script.End();
    }

    [Test]
    public void Pipelined_commands_are_answered_in_order() => FtpScript.Run("""
        < 220 *
        >> USER anonymous\r\nPASS x\r\nSYST\r\nPWD\r\nTYPE I\r\nSIZE a.txt\r\nQUIT\r\n
        < 331 *
        < 230 *
        < 215 UNIX Type: L8
        < 257 *
        < 200 *
        < 213 18
        < 221 *
        closed
        counter Commands 7
        """);

    [Test]
    public void Commands_may_come_byte_by_byte()
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("< 220 *");
        foreach (char letter in "NOOP\r\nUSER alice\r\nPASS secret\r\nPWD\r\n")
        {
            string escaped = letter switch { '\r' => "\\r", '\n' => "\\n", ' ' => "\\x20", _ => $"{letter}" };
            script.Do($">> {escaped}");
        }
        script.Do("""
            < 200 *
            < 331 *
            < 230 *
            < 257 *
            """);
        script.End();
    }

    [Test]
    public void Telnet_commands_are_passed_over_wherever_they_stand() => FtpScript.Run("""
        < 220 *
        >> \xFF\xFB\x1FNO\xFF\xF6OP\xFF\xF1\r\n\xFF\xFD\x01NOOP\r\n
        < 200 *
        < 200 *
        >> N\xFF\xF6OOP\r\n\xFF\xFA\x18\x01\xFF\xF0NOOP\r\n\xFF\xFE\x03NOOP\n
        < 200 *
        < 200 *
        < 200 *
        """);

    [Test]
    public void Names_are_utf8_and_a_doubled_ff_is_one_byte() => FtpScript.Run(""""
        < 220 *
        login alice
        > MKD gräßlich "€"
        < 257 "/gräßlich ""€""" *
        > CWD gräßlich "€"
        < 250 *
        > PWD
        < 257 "/gräßlich ""€""" *
        > MKD \xFF\xFF
        < 553 *
        > MKD \xC0\xAF
        < 553 *
        > MKD x\x01y
        < 553 *
        directory /gräßlich "€"/
        """");

    [Test]
    public void A_line_that_is_too_long_is_told_500_once()
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("< 220 *");
        script.Do($">> NOOP {new string('x', 6000)}");
        script.Do($"""
            < 500 *
            >> {new string('y', 20000)}
            silence
            >> \nNOOP\r\n
            < 200 *
            counter LinesTooLong 1
            """);
        script.End();
    }

    [Test]
    public void A_line_without_end_is_told_421_and_closed()
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("< 220 *");
        script.Do($">> {new string('x', 60000)}");
        script.Do($"""
            < 500 *
            >> {new string('y', 20000)}
            < 421 *
            closed
            """);
        script.End();
    }

    [Test]
    public void A_client_that_reads_no_replies_is_not_read_further()
    {
        FtpWorld world = new(shards: options => options with { PoolFrameCount = 256 });
        FtpScript script = FtpScript.Begin(world);
        script.Do("< 220 *");
        script.StopReading();
        for (int i = 0; i < 200; i++)
        {
            script.Do($">> {string.Concat(Enumerable.Repeat("HELP\\r\\n", 200))}");
        }
        world.Run(TimeSpan.FromSeconds(20));
        Assert.That(world.Service.Counters.Commands, Is.LessThan(1000));
        Assert.That(world.Stacks.Server.Pool.FreeCount, Is.GreaterThan(200));
        script.Leave();
        script.End();
    }

    [Test]
    public void Feat_names_what_there_is_each_on_a_line_of_its_own() => FtpScript.Run("""
        < 220 *
        > OPTS MLST type;size;UNIX.mode;
        < 200 MLST OPTS type;size;
        > FEAT
        < 211-Extensions:
        <  CLNT
        <  CSID
        <  EPRT
        <  EPSV
        <  HOST
        <  LANG EN*
        <  MDTM
        <  MFMT
        <  MLST type*;size*;modify;perm;
        <  PASV
        <  REST STREAM
        <  SIZE
        <  TVFS
        <  UTF8
        < 211 End
        """);
}
