namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>Transfers: downloads, uploads, and how they end.</summary>
public sealed class TransferScripts
{
    [Test]
    public void A_file_is_sent_over_a_passive_connection() => FtpScript.Run("""
        < 220 Straightwire FTP ready.
        login anonymous
        > TYPE I
        < 200 *
        passive
        > RETR a.txt
        < 150 Opening BINARY mode data connection for /a.txt (18 bytes).
        data /a.txt
        < 226 Transfer complete: 18 bytes in * s (* MB/s).
        > QUIT
        < 221 *
        closed
        log Login  0 230
        log Download /a.txt 18 226
        counter Downloads 1
        counter DownloadBytes 18
        """);

    [Test]
    public void A_file_is_sent_over_an_active_connection() => FtpScript.Run("""
        < 220 *
        login anonymous
        > TYPE I
        < 200 *
        listen 3000
        > PORT 198,18,0,1,11,184
        < 200 *
        > RETR /big.bin
        < 150 *
        data /big.bin
        < 226 Transfer complete: 300000 bytes *
        listen 3000
        > EPRT |1|198.18.0.1|3000|
        < 200 *
        > RETR /a.txt
        < 150 *
        data /a.txt
        < 226 *
        """);

    [Test]
    public void An_upload_is_in_the_content_before_its_226() => FtpScript.Run("""
        < 220 *
        login alice
        > TYPE I
        < 200 *
        passive
        > STOR new.txt
        < 150 *
        put "Hello\r\n"
        silence
        nofile /new.txt
        finish
        < 226 Transfer complete: 7 bytes *
        file /new.txt "Hello\r\n"
        log Login  0 230
        log Upload /new.txt 7 226
        counter Uploads 1
        counter UploadBytes 7
        """);
}
