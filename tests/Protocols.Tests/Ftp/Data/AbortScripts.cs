namespace Straightwire.Protocols.Tests.Ftp.Data;

/// <summary>ABOR, in the forms in which clients send it.</summary>
public sealed class AbortScripts
{
    [TestCase(@"ABOR\r\n")]
    [TestCase(@"abor\r\n")]
    [TestCase(@"\xFF\xF4\xFF\xF2ABOR\r\n")]
    [TestCase(@"\xFF\xF4\xF2ABOR\r\n")]
    [TestCase(@"\xF2ABOR\r\n")]
    public void Abort_ends_a_transfer_by_426_and_is_answered_226(string abort)
    {
        FtpScript script = FtpScript.Begin(new());
        script.Do("enter alice I\npassive\nignore");
        script.Do($"""
            > RETR big.bin
            < 150 *
            silence
            >> {abort}
            < 426 *
            < 226 *
            gone
            passive
            > RETR a.txt
            < 150 *
            data /a.txt
            < 226 *
            counter TransfersAborted 1
            log Login  0 230
            log Download /big.bin * 426
            log Download /a.txt 18 226
            """);
        script.End();
    }

    [Test]
    public void Abort_ends_an_upload_and_nothing_of_it_is_seen() => FtpScript.Run("""
        enter alice I
        passive
        > STOR b
        < 150 *
        put "some"
        silence
        > ABOR
        < 426 *
        < 226 *
        gone
        nofile /b
        log Login  0 230
        log Upload /b 4 426
        """);

    [Test]
    public void Abort_is_seen_behind_other_commands_which_are_answered_first() => FtpScript.Run("""
        enter alice I
        passive
        > STOR b
        < 150 *
        >> NOOP\r\nSYST\r\nABOR\r\nPWD\r\n
        < 426 *
        < 200 *
        < 215 *
        < 226 *
        < 257 *
        """);

    [Test]
    public void Abort_ends_the_wait_for_a_data_connection() => FtpScript.Run("""
        enter alice I
        > PASV
        < 227 *
        > RETR a.txt
        silence
        > ABOR
        < 426 *
        < 226 *
        connect
        gone
        """);

    [Test]
    public void Abort_without_a_transfer_closes_the_data_connection() => FtpScript.Run("""
        enter alice I
        > ABOR
        < 226 *
        passive
        > ABOR
        < 226 *
        gone
        > RETR a.txt
        < 425 *
        counter TransfersAborted 0
        """);

    [Test]
    public void Abort_ends_the_opening_of_an_active_connection() => FtpScript.Run("""
        enter alice I
        > PORT 198,18,0,1,11,184
        < 200 *
        >> RETR a.txt\r\nABOR\r\n
        < 426 *
        < 226 *
        """);
}
