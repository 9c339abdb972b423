using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>DELE, MKD, RMD, RNFR, RNTO, MFMT; and that anonymous changes nothing, ever.</summary>
public sealed class ChangeScripts
{
    [Test]
    public void Names_are_made_moved_dated_and_deleted() => FtpScript.Run("""
        enter alice
        > MKD new
        < 257 "/new" *
        directory /new/
        > CWD new
        < 250 *
        > RNFR /a.txt
        < 350 *
        > RNTO b.txt
        < 250 *
        nofile /a.txt
        file /new/b.txt "line one\nline two\n"
        > MFMT 20200102030405 b.txt
        < 213 Modify=20200102030405; /new/b.txt
        > MDTM b.txt
        < 213 20200102030405
        > RMD /new
        < 550 *
        > DELE b.txt
        < 250 *
        nofile /new/b.txt
        > CDUP
        < 250 *
        > RNFR new
        < 350 *
        > RNTO newer
        < 250 *
        > RMD newer
        < 250 *
        nodirectory /newer/
        counter Changes 6
        log Login  0 230
        log MakeDirectory /new 0 257
        log Rename /new/b.txt 0 250
        log SetModified /new/b.txt 0 213
        log Delete /new/b.txt 0 250
        log Rename /newer 0 250
        log RemoveDirectory /newer 0 250
        """);

    [Test]
    public void Commands_wait_for_a_change_before_them() => FtpScript.Run("""
        enter alice
        >> TYPE I\r\nMKD x\r\nCWD x\r\nPWD\r\nDELE /a.txt\r\nSIZE /a.txt\r\nCDUP\r\nRMD x\r\nCWD x\r\n
        < 200 *
        < 257 *
        < 250 *
        < 257 "/x" *
        < 250 *
        < 550 *
        < 250 *
        < 250 *
        < 550 *
        """);

    [Test]
    public void A_file_gives_way_to_another_and_a_directory_to_nothing() => FtpScript.Run("""
        enter alice
        > RNFR a.txt
        < 350 *
        > RNTO empty.txt
        < 250 *
        file /empty.txt "line one\nline two\n"
        > RNFR empty.txt
        < 350 *
        > RNTO pub
        < 553 *
        > RNTO again
        < 503 *
        > RNFR pub
        < 350 *
        > RNTO pub/sub/pub
        < 553 *
        > RNFR pub
        < 350 *
        > RNTO empty.txt
        < 553 *
        > RNFR pub
        < 350 *
        > RNTO /
        < 553 *
        > RNFR pub
        < 350 *
        > RNTO nowhere/pub
        < 553 *
        file /pub/sub/deep.txt "deep"
        """);

    [TestCase(ChangeResult.NotFound, 550)]
    [TestCase(ChangeResult.AlreadyExists, 550)]
    [TestCase(ChangeResult.NotEmpty, 550)]
    [TestCase(ChangeResult.NotPermitted, 550)]
    [TestCase(ChangeResult.BadName, 553)]
    [TestCase(ChangeResult.OutOfSpace, 452)]
    [TestCase(ChangeResult.Failed, 451)]
    public void A_change_that_fails_is_told_why(ChangeResult fault, int code)
    {
        FtpWorld world = new();
        world.Changes.ChangeFault = _ => fault;
        FtpScript.Run($"""
            enter alice
            > DELE a.txt
            < {code} *
            file /a.txt "line one\nline two\n"
            counter Changes 0
            log Login  0 230
            log Delete /a.txt 0 {code}
            """, world);
    }

    [Test]
    public void A_client_that_goes_while_storage_works_is_forgotten() => FtpScript.Run("""
        enter alice
        >> MKD new\r\n
        cut
        wait 1s
        directory /new/
        """);

    [Test]
    public void RNFR_holds_for_the_next_command_only() => FtpScript.Run("""
        enter alice
        > RNFR a.txt
        < 350 *
        > NOOP
        < 200 *
        > RNTO b.txt
        < 503 *
        > RNFR a.txt
        < 350 *
        > RNFR nothing
        < 550 *
        > RNTO b.txt
        < 503 *
        > RNFR a.txt
        < 350 *
        > XYZZY
        < 502 *
        > RNTO b.txt
        < 503 *
        file /a.txt "line one\nline two\n"
        """);

    [Test]
    public void An_upload_with_a_dot_in_front_is_aside_until_it_is_renamed() => FtpScript.Run("""
        enter alice
        > EPSV
        < 229 *
        connect
        > STOR pub/.in.new.txt
        < 150 *
        put "new"
        finish
        < 226 *
        nofile /pub/.in.new.txt
        > RETR pub/.in.new.txt
        < 550 *
        > MDTM pub/.in.new.txt
        < 550 *
        > MLST pub/.in.new.txt
        < 550 *
        > MFMT 20200102030405 pub/.in.new.txt
        < 213 *
        > SITE CHMOD 644 pub/.in.new.txt
        < 202 *
        > RNFR pub/.in.new.txt
        < 350 *
        > RNTO pub/.other
        < 553 *
        > RNFR pub/.in.new.txt
        < 350 *
        > RNTO pub/new.txt
        < 250 *
        file /pub/new.txt "new"
        > RNFR pub/.in.new.txt
        < 550 *
        > DELE pub/.in.new.txt
        < 550 *
        """);

    [Test]
    public void An_upload_aside_takes_the_place_of_a_file_and_can_be_deleted() => FtpScript.Run("""
        enter alice
        > EPSV
        < 229 *
        connect
        > STOR .a.tmp
        < 150 *
        put "newer"
        finish
        < 226 *
        > RNFR .a.tmp
        < 350 *
        > RNTO a.txt
        < 250 *
        file /a.txt "newer"
        > EPSV
        < 229 *
        connect
        > STOR .a.tmp
        < 150 *
        put "newest"
        finish
        < 226 *
        > DELE .a.tmp
        < 250 *
        > RNFR .a.tmp
        < 550 *
        file /a.txt "newer"
        """);

    [TestCase("STOR .hidden/a")]
    [TestCase("STOU .a")]
    [TestCase("MKD .a")]
    public void Nothing_else_has_a_dot_in_front(string command) => FtpScript.Run($"""
        enter alice
        > {command}
        < 553 *
        """);

    [Test]
    public void A_limit_of_the_content_is_told_when_the_command_comes()
    {
        FtpWorld world = new();
        world.Changes.CheckFault = (path, use) => (path, use) switch
        {
            ("/deep", NameUse.Upload) => ChangeResult.BadName,
            ("/many", NameUse.Upload) or ("/many", NameUse.Directory) => ChangeResult.TooMany,
            ("/many", NameUse.File) => ChangeResult.TooMany,
            _ => null,
        };
        FtpScript.Begin(world).Do("""
            enter alice
            > STOR deep
            < 553 *
            > STOR many
            < 552 *
            > APPE many
            < 552 *
            > STOU many
            < 552 *
            > MKD many
            < 552 *
            > RNFR a.txt
            < 350 *
            > RNTO many
            < 552 *
            """);
        Assert.That(world.Changes.Calls, Is.Zero);
    }

    [Test]
    public void Nothing_is_told_of_a_file_that_is_no_longer_what_the_index_says()
    {
        FtpWorld world = new();
        world.Changes.Changed.Add("/a.txt");
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            enter alice I
            > SIZE a.txt
            < 450 *
            > MDTM a.txt
            < 450 *
            > RETR a.txt
            < 450 *
            """);
        world.Changes.Changed.Clear();
        script.Do("""
            > SIZE a.txt
            < 213 *
            """);
    }

    [TestCase("STAT /", "213-*")]
    [TestCase("STAT -l a.txt", "213-*")]
    [TestCase("SIZE a.txt", "450 *")]
    public void What_is_listed_is_waited_for_like_what_is_asked_for(string command, string reply)
    {
        FtpWorld world = new();
        world.Changes.Changed.Add("/a.txt");
        FtpScript script = FtpScript.Begin(world);
        script.Do("enter alice I");
        Instant before = world.World.Now;
        script.Do($"> {command}\n< {reply}\n");
        Assert.That(world.World.Now >= before + HttpOptions.ContentTimeout, Is.True);
    }

    [Test]
    public void Allo_tells_a_user_that_a_file_is_too_large() => FtpScript.Run("""
        enter carol
        > ALLO 1000
        < 202 *
        > ALLO 1001
        < 552 *
        > ALLO 99999999999999999999
        < 552 *
        """);

    [Test]
    public void Anonymous_never_changes_anything()
    {
        FtpWorld world = new();
        string[] before = [.. world.Changes.Files];
        string[] arguments =
        [
            "", "a.txt", "/a.txt", "new", "pub", "/", "..", "hollow", "20260101000000 a.txt", "x y", "-l",
            "1",
        ];
        string[] verbs =
        [
            "ABOR", "ACCT", "ADAT", "ALLO", "APPE", "AUTH", "CCC", "CDUP", "CLNT", "CONF", "CSID", "CWD",
            "DELE", "ENC", "EPRT", "EPSV", "FEAT", "HELP", "HOST", "LANG", "LIST", "MDTM", "MFCT", "MFF",
            "MFMT", "MIC", "MKD", "MLSD", "MLST", "MODE", "NLST", "NOOP", "OPTS", "PASS", "PASV", "PBSZ",
            "PORT", "PROT", "PWD", "REST", "RETR", "RMD", "RNFR", "RNTO", "SITE", "SIZE", "SMNT", "STAT",
            "STOR", "STOU", "STRU", "SYST", "TYPE", "XCUP", "XCWD", "XMKD", "XPWD", "XRMD",
        ];
        foreach (string verb in verbs)
        {
            FtpScript script = FtpScript.Begin(world);
            script.Do("""
                enter anonymous
                """);
            foreach (string argument in arguments)
            {
                // With a data connection that is there and has brought something.
                script.Do("""
                    > EPSV
                    < 229 *
                    connect
                    put "x"
                    finish
                    """);
                int code = script.Ask($"{verb} {argument}".TrimEnd());
                if (code == 150)
                {
                    _ = script.Hear();
                }
                _ = script.Ask("CWD /");
                _ = script.Ask("REST 1");
            }
            script.End();
        }
        Assert.That(world.Changes.Calls, Is.Zero);
        Assert.That(world.Changes.Files, Is.EqualTo(before));
        Assert.That(world.Service.Counters.Commands, Is.GreaterThan(verbs.Length * arguments.Length));
    }

    [Test]
    public void A_user_without_a_password_cannot_be_given_rights_that_change_something() =>
        Assert.That(
            () => new FtpWorld(change: options => options with
            {
                Users =
                [
                    new FtpUser
                    {
                        Owner = new ContentOwner("guest"),
                        Rights = FtpUser.ReadOnly | FtpRights.Write,
                    },
                ],
            }),
            Throws.Exception);
}
