using Straightwire.Protocols.Content;
using Straightwire.Simulation.Ftp;

namespace Straightwire.Protocols.Tests.Ftp.Data;

/// <summary>STOR, APPE and STOU: what becomes a file, and what does not.</summary>
public sealed class UploadScripts
{
    [Test]
    public void An_upload_is_in_the_content_before_its_226() => FtpScript.Run("""
        enter alice I
        passive
        > STOR new.txt
        < 150 *
        put "Hello\r\n"
        silence
        nofile /new.txt
        finish
        < 226 Transfer complete: 7 bytes *
        file /new.txt "Hello\r\n"
        > SIZE new.txt
        < 213 7
        > MDTM new.txt
        < 213 202611221200*
        log Login  0 230
        log Upload /new.txt 7 226
        counter Uploads 1
        counter UploadBytes 7
        """);

    [Test]
    public void An_active_upload_and_an_empty_one_are_files() => FtpScript.Run("""
        enter alice I
        listen 3000
        > PORT 198,18,0,1,11,184
        < 200 *
        > STOR active
        < 150 *
        put "active"
        finish
        < 226 *
        file /active "active"
        passive
        > STOR nothing
        < 150 *
        finish
        < 226 Transfer complete: 0 bytes *
        file /nothing ""
        """);

    [Test]
    public void Everything_may_have_come_before_the_command() => FtpScript.Run("""
        enter alice I
        passive
        put "early"
        finish
        silence
        > STOR early
        < 150 *
        < 226 *
        file /early "early"
        passive
        finish
        silence
        > STOR none
        < 150 *
        < 226 *
        file /none ""
        """);

    [Test]
    public void Stor_replaces_and_appe_goes_on() => FtpScript.Run("""
        enter alice I
        passive
        > STOR a.txt
        < 150 *
        put "one"
        finish
        < 226 *
        passive
        > APPE a.txt
        < 150 *
        put "two"
        finish
        < 226 Transfer complete: 3 bytes *
        file /a.txt "onetwo"
        passive
        > APPE new
        < 150 *
        put "new"
        finish
        < 226 *
        file /new "new"
        """);

    [Test]
    public void Stou_tells_the_name_that_it_takes() => FtpScript.Run("""
        enter alice I
        passive
        > STOU
        < 150 FILE: /upload
        put "1"
        finish
        < 226 *
        passive
        > STOU
        < 150 FILE: /upload.1
        put "2"
        finish
        < 226 *
        passive
        > STOU a.txt
        < 150 FILE: /a.txt.1
        put "3"
        finish
        < 226 *
        file /upload "1"
        file /upload.1 "2"
        file /a.txt.1 "3"
        """);

    [Test]
    public void Stou_tells_the_name_that_the_file_has_when_another_was_faster()
    {
        FtpWorld world = new();
        FtpScript first = FtpScript.Begin(world);
        FtpScript second = FtpScript.Begin(world);
        foreach (FtpScript script in (FtpScript[])[first, second])
        {
            script.Do("""
                enter alice I
                passive
                > STOU
                < 150 FILE: /upload
                """);
        }
        first.Do("""
            put "1"
            finish
            < 226 Transfer complete: 1 bytes *
            """);
        second.Do("""
            put "2"
            finish
            < 226 * FILE: /upload.1
            file /upload "1"
            file /upload.1 "2"
            """);
        first.Leave();
        second.End();
    }

    [Test]
    public void A_broken_upload_goes_on_where_it_ended() => FtpScript.Run("""
        enter alice I
        passive
        > STOR b
        < 150 *
        put "Hello, "
        silence
        reset
        < 426 *
        nofile /b
        > SIZE b
        < 213 7
        > REST 7
        < 350 *
        passive
        > STOR b
        < 150 *
        put "world!"
        finish
        < 226 Transfer complete: 6 bytes *
        file /b "Hello, world!"
        """);

    [Test]
    public void Rest_goes_on_within_a_file_and_not_beyond_its_end() => FtpScript.Run("""
        enter alice I
        > REST 5
        < 350 *
        passive
        > STOR a.txt
        < 150 *
        put "two"
        finish
        < 226 *
        file /a.txt "line two"
        > REST 9
        < 350 *
        passive
        > STOR a.txt
        < 150 *
        < 554 *
        gone
        > REST 9223372036854775807
        < 350 *
        passive
        > STOR a.txt
        < 150 *
        < 554 *
        file /a.txt "line two"
        > TYPE A
        < 200 *
        > REST 5
        < 350 *
        > STOR a.txt
        < 554 *
        """);

    [TestCase("reset", 426)]
    public void A_broken_data_connection_makes_no_file(string how, int code) => FtpScript.Run($"""
        enter alice I
        passive
        > STOR b
        < 150 *
        put "some"
        silence
        {how}
        < {code} *
        nofile /b
        counter TransfersFailed 1
        counter Uploads 0
        log Login  0 230
        log Upload /b 4 426
        """);

    [Test]
    public void A_control_connection_that_ends_without_quit_makes_no_file() => FtpScript.Run("""
        enter alice I
        passive
        > STOR b
        < 150 *
        put "some"
        silence
        hangup
        < 426 *
        closed
        gone
        nofile /b
        log Login  0 230
        log Upload /b 4 426
        """);

    [Test]
    public void A_control_connection_that_breaks_makes_no_file() => FtpScript.Run("""
        enter alice I
        passive
        > STOR b
        < 150 *
        put "some"
        silence
        cut
        gone
        nofile /b
        log Login  0 230
        log Upload /b 4 426
        counter TransfersFailed 1
        """);

    [Test]
    public void A_silent_upload_ends_by_time() => FtpScript.Run("""
        enter alice I
        passive
        > STOR b
        < 150 *
        put "some"
        wait 50s
        put "more"
        wait 57s
        silence
        wait 4s
        < 426 *
        gone
        nofile /b
        """);

    [Test]
    public void Slow_storage_slows_the_client_and_loses_nothing()
    {
        FtpWorld world = new();
        world.Changes.BufferBytes = 3000;
        world.Changes.Delay = TimeSpan.FromMilliseconds(50);
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i};"));
        FtpScript script = FtpScript.Begin(world);
        script.Do($"""
            enter alice I
            passive
            > STOR slow
            < 150 *
            put "{text}"
            finish
            silence
            > STAT
            << 211
            wait 2s
            """);
        script.Do($"""
            < 226 Transfer complete: {text.Length} bytes *
            file /slow "{text}"
            """);
        script.End();
    }

    [Test]
    public void A_commit_that_takes_long_is_no_silence()
    {
        FtpWorld world = new();
        world.Changes.Delay = TimeSpan.FromSeconds(100);
        FtpScript.Run("""
            enter alice I
            passive
            > STOR b
            < 150 *
            put "some"
            finish
            wait 5m
            < 226 *
            file /b "some"
            """, world);
    }

    [Test]
    public void What_comes_as_text_is_stored_with_lf()
    {
        FtpWorld world = new();
        world.Changes.BufferBytes = 2;
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            enter alice
            passive
            > STOR text
            < 150 *
            """);
        foreach (string piece in new[] { "a\\r", "\\n", "b\\r\\nc", "\\r", "x\\n", "\\r\\r\\n", "\\r" })
        {
            script.Do($"""
                put "{piece}"
                wait 20ms
                """);
        }
        script.Do("""
            finish
            < 226 Transfer complete: 14 bytes *
            file /text "a\nb\nc\rx\n\r\n\r"
            """);
        script.End();
    }

    [TestCase(ChangeResult.NotPermitted, 550)]
    [TestCase(ChangeResult.BadName, 553)]
    [TestCase(ChangeResult.TooLarge, 552)]
    [TestCase(ChangeResult.OverQuota, 552)]
    [TestCase(ChangeResult.OutOfSpace, 452)]
    [TestCase(ChangeResult.Failed, 451)]
    [TestCase(ChangeResult.NotFound, 550)]
    [TestCase(ChangeResult.AlreadyExists, 550)]
    public void Storage_that_fails_in_mid_transfer_is_told_at_once(ChangeResult fault, int code)
    {
        FtpWorld world = new();
        world.Changes.UploadFault = (_, length) => length >= 10 ? fault : null;
        FtpScript.Run($"""
            enter alice I
            passive
            > STOR b
            < 150 *
            put "123456789"
            silence
            put "0"
            < {code} *
            gone
            nofile /b
            > NOOP
            < 200 *
            counter TransfersFailed 1
            """, world);
    }

    [Test]
    public void Files_and_all_files_together_are_limited_for_a_user() => FtpScript.Run($"""
        enter carol I
        passive
        > STOR much
        < 150 *
        put "{new string('x', 1000)}"
        finish
        < 226 *
        passive
        > STOR more
        < 150 *
        put "{new string('x', 1001)}"
        < 552 *
        gone
        passive
        > STOR more
        < 150 *
        put "{new string('x', 1000)}"
        finish
        < 552 *
        gone
        nofile /pub/more
        log Login  0 230
        log Upload /pub/much 1000 226
        log Upload /pub/more 1001 552
        """);
}
