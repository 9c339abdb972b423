using Straightwire.Simulation.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>Every command with good and bad arguments, before and after login, and how lines are read.
/// </summary>
public sealed class CommandScripts
{
    // RFC 959 §5.4 and the RFCs of the other commands: what each may be answered with before a login.
    private const string BeforeLogin = """
        202|332|503 ACCT x
        530 ALLO 1
        530 APPE x
        530 ABOR
        530 CDUP
        530 CWD /
        530 DELE x
        530 EPRT |1|198.18.0.1|3000|
        530 EPSV
        530 LIST
        530 MDTM a.txt
        530 MFMT 20260101000000 a.txt
        530 MKD x
        530 MLSD
        530 MLST
        530 MODE S
        530 NLST
        530 PASV
        530 PORT 198,18,0,1,11,184
        530 PWD
        530 REST 1
        530 RETR a.txt
        530 RMD x
        530 RNFR x
        530 RNTO x
        530 SITE HELP
        530 SIZE a.txt
        530 STAT
        530 STOR x
        530 STOU
        530 STRU F
        530 TYPE I
        530 XCUP
        530 XCWD /
        530 XMKD x
        530 XPWD
        530 XRMD x
        200 NOOP
        215 SYST
        200 LANG
        200 CLNT x
        200 CSID
        200 OPTS UTF8 ON
        502 AUTH TLS
        502 PBSZ 0
        502 PROT P
        502 CCC
        502 ADAT x
        502 MIC x
        502 CONF x
        502 ENC x
        502|530 SMNT x
        502 XYZZ
        502 LPSV
        502|500
        502|500 N
        """;

    // The same after a login as alice, who may do everything.
    private const string AfterLogin = """
        501 ACCT
        202 ACCT x
        226 ABOR
        501 ALLO
        202 ALLO 5
        202 ALLO 5 R 10
        501 ALLO x
        501 ALLO 5 R x
        501 ALLO 5 R
        501 ALLO -5
        501 APPE
        425 APPE x
        250 CDUP
        501 CDUP x
        501 CLNT
        200 CLNT x
        501 CWD
        250 CWD pub
        550 CWD nowhere
        550 CWD a.txt
        501 DELE
        550 DELE nothing
        550 DELE pub
        250 DELE a.txt
        501 EPRT
        200 EPRT |1|198.18.0.1|3000|
        200 EPRT !1!198.18.0.1!3000!
        522 EPRT |2|2001:db8::1|3000|
        501 EPRT |1|198.18.0.1|3000
        501 EPRT |1|198.18.0|3000|
        504 EPRT |1|198.18.0.9|3000|
        504 EPRT |1|198.18.0.1|80|
        501 EPRT |1|198.18.0.1|65536|
        229 EPSV
        229 EPSV 1
        522 EPSV 2
        501 EPSV x
        200 EPSV ALL
        211 FEAT
        501 FEAT x
        214 HELP
        214 HELP RETR
        214 HELP retr
        502 HELP AUTH
        502 HELP nothing
        200 LANG
        200 LANG en
        200 LANG EN-us
        504 LANG fr
        425 LIST
        550 LIST nothing
        501 MDTM
        213 MDTM a.txt
        550 MDTM nothing
        501 MFMT
        501 MFMT a.txt
        501 MFMT 20260101000000
        213 MFMT 20260101000000 a.txt
        501 MFMT 20261301000000 a.txt
        550 MFMT 20260101000000 nothing
        550 MFMT 20260101000000 pub
        501 MKD
        257 MKD new
        550 MKD pub
        550 MKD a.txt
        553 MKD .new
        553 MKD nowhere/new
        425 MLSD
        501 MLSD a.txt
        550 MLSD nothing
        250 MLST
        250 MLST a.txt
        550 MLST nothing
        501 MODE
        200 MODE S
        200 MODE s
        504 MODE B
        504 MODE C
        504 MODE Z
        501 MODE x
        425 NLST
        550 NLST nothing
        200 NOOP
        501 OPTS
        200 OPTS UTF8
        200 OPTS utf8 on
        504 OPTS UTF8 OFF
        200 OPTS MLST size;modify;
        200 OPTS MLST
        501 OPTS MLST ;;
        501 OPTS NOTHING
        202 PASS
        227 PASV
        501 PASV x
        501 PORT
        200 PORT 198,18,0,1,11,184
        504 PORT 198,18,0,9,11,184
        504 PORT 198,18,0,1,0,80
        501 PORT 198,18,0,1,11
        501 PORT 198,18,0,1,11,256
        501 PORT 198,18,0,1,11,184,
        257 PWD
        501 PWD x
        501 REST
        350 REST 0
        350 REST 9223372036854775807
        501 REST 9223372036854775808
        501 REST 99999999999999999999
        501 REST -1
        501 REST +1
        501 REST x
        501 RETR
        425 RETR a.txt
        550 RETR nothing
        550 RETR pub
        501 RMD
        250 RMD hollow
        550 RMD /
        550 RMD pub
        550 RMD a.txt
        550 RMD nothing
        501 RNFR
        350 RNFR a.txt
        350 RNFR pub
        550 RNFR /
        550 RNFR nothing
        503 RNTO x
        503|501 RNTO
        501 SITE
        214 SITE HELP
        202 SITE CHMOD 777 a.txt
        202 SITE chmod 0644 pub
        550 SITE CHMOD 644 nothing
        501 SITE CHMOD 644
        501 SITE CHMOD u+x a.txt
        501 SITE CHMOD 888 a.txt
        502 SITE UMASK 022
        200 SITE UTIME 20200102030405 a.txt
        200 SITE UTIME 202001020304 a.txt
        200 SITE UTIME a.txt 20200102030405 20200102030405 20200102030405 UTC
        501 SITE UTIME 20200102030405
        501 SITE UTIME 2020 a.txt
        501 SITE UTIME a.txt 20200102030405 20200102030405 UTC
        550 SITE UTIME 20200102030405 nothing
        213 MFF Modify=20200102030405; a.txt
        504 MFF UNIX.mode=0644; a.txt
        504 MFF Modify=20200102030405;UNIX.mode=0644; a.txt
        501 MFF Modify=2020; a.txt
        501 MFF a.txt
        501 MFF
        550 MFF Modify=20200102030405; nothing
        501 SIZE
        502 SMNT x
        211 STAT
        213 STAT a.txt
        213 STAT pub
        550 STAT nothing
        501 STOR
        425 STOR x
        553 STOR pub
        425 STOR .x
        553 STOR .x/y
        553 STOU .x
        553 STOR nowhere/x
        553 STOR \\x
        425 STOU
        425 STOU x
        501 STRU
        200 STRU F
        504 STRU R
        504 STRU P
        501 STRU x
        215 SYST
        501 SYST x
        501 TYPE
        200 TYPE A
        200 TYPE A N
        200 TYPE a n
        504 TYPE A T
        504 TYPE A C
        501 TYPE A X
        504 TYPE E
        200 TYPE I
        200 TYPE L 8
        504 TYPE L 36
        501 TYPE L
        501 TYPE X
        501 USER
        250 XCUP
        250 XCWD pub
        257 XMKD new
        257 XPWD
        250 XRMD hollow
        502 AUTH TLS
        502 XYZZ
        """;

    private static IEnumerable<TestCaseData> BeforeLoginCases => CasesOf(BeforeLogin);

    private static IEnumerable<TestCaseData> AfterLoginCases => CasesOf(AfterLogin);

    [TestCaseSource(nameof(BeforeLoginCases))]
    public void Before_a_login_commands_are_answered_as_the_standards_allow(
        string command, int[] allowed)
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("< 220 *");
        int code = script.Ask(command);
        Assert.That(allowed, Does.Contain(code));
        script.End();
        Assert.That(world.Changes.Calls, Is.Zero);
    }

    [TestCaseSource(nameof(AfterLoginCases))]
    public void After_a_login_commands_are_answered_as_the_standards_allow(
        string command, int[] allowed)
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("""
            enter alice
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
            enter bob
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
            enter carol
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
        enter alice
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
        FtpWorld world = new(
            shards: options => options with { Frames = options.Frames with { PoolFrames = 256 } });
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
        <  MFF Modify;
        <  MFMT
        <  MLST type*;size*;modify;perm;
        <  PASV
        <  REST STREAM
        <  SIZE
        <  TVFS
        <  UTF8
        < 211 End
        """);

    // Lines of "code|code command".
    private static IEnumerable<TestCaseData> CasesOf(string table)
    {
        foreach (string line in table.Split('\n'))
        {
            string[] parts = line.Split(' ', 2);
            int[] codes = [.. parts[0].Split('|').Select(int.Parse)];
            string command = parts.Length > 1 ? parts[1] : "";
            yield return new TestCaseData(command, codes).SetArgDisplayNames(command, parts[0]);
        }
    }
}
