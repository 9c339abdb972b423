using System.Text;
using Straightwire.Simulation.Ftp;

namespace Straightwire.Protocols.Tests.Ftp.Data;

/// <summary>Downloads, and several transfers of one session.</summary>
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
        enter alice I
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
        > RETR /a.txt
        < 425 *
        """);

    [Test]
    public void A_client_that_has_all_and_sends_on_is_left_after_half_a_minute() => FtpScript.Run("""
        enter alice I
        passive
        > RETR a.txt
        < 150 *
        < 226 *
        wait 10s
        put "x"
        wait 14s
        put "x"
        wait 14s
        put "x"
        gone
        passive
        > RETR a.txt
        < 150 *
        < 226 *
        put "x"
        wait 20s
        data /a.txt
        """);

    [Test]
    public void An_empty_file_is_a_transfer_like_others() => FtpScript.Run("""
        enter alice I
        passive
        > RETR empty.txt
        < 150 *
        data ""
        < 226 Transfer complete: 0 bytes *
        > TYPE A
        < 200 *
        passive
        > RETR empty.txt
        < 150 *
        data ""
        < 226 Transfer complete: 0 bytes *
        counter Downloads 2
        """);

    [Test]
    public void A_session_carries_one_transfer_after_the_other() => FtpScript.Run("""
        enter alice I
        passive
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        > PASV
        < 227 *
        > NOOP
        < 200 *
        passive
        > RETR big.bin
        < 150 *
        data /big.bin
        < 226 *
        > EPSV
        < 229 *
        connect
        > NLST pub
        < 150 *
        data "pub/readme.txt\r\npub/sub\r\n"
        < 226 *
        passive
        > STOR c
        < 150 *
        put "c"
        finish
        < 226 *
        > STAT
        < 211-Straightwire FTP
        <  Connected from 198.18.0.1
        <  Logged in as alice
        <  TYPE I, STRU F, MODE S
        <  No transfer is under way
        <  300018 bytes sent and 1 received in this session
        < 211 End
        """);

    [Test]
    public void A_download_that_breaks_is_told_426()
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("enter alice I\npassive\nignore");
        script.Do("""
            > RETR big.bin
            < 150 *
            silence
            reset
            < 426 *
            > NOOP
            < 200 *
            counter TransfersFailed 1
            counter Downloads 0
            log Login  0 230
            log Download /big.bin * 426
            """);
        script.End();
    }

    [Test]
    public void A_download_that_nobody_reads_ends_by_time()
    {
        FtpScript script = FtpScript.Begin(new FtpWorld());
        script.Do("enter alice I\npassive\nignore");
        script.Do("""
            > RETR big.bin
            < 150 *
            wait 40s
            silence
            wait 60s
            < 426 *
            """);
        script.End();
    }

    [Test]
    public void Rest_begins_a_download_at_an_offset() => FtpScript.Run("""
        enter alice I
        > REST 5
        < 350 *
        passive
        > RETR a.txt
        < 150 Opening BINARY mode data connection for /a.txt (13 bytes).
        data from 5 /a.txt
        < 226 Transfer complete: 13 bytes *
        passive
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        > REST 18
        < 350 *
        passive
        > RETR a.txt
        < 150 *
        data ""
        < 226 *
        passive
        > REST 19
        < 350 *
        > RETR a.txt
        < 554 *
        > REST 9223372036854775807
        < 350 *
        > RETR a.txt
        < 554 *
        > RETR a.txt
        < 150 *
        data /a.txt
        < 226 *
        > REST 9223372036854775808
        < 501 *
        > TYPE A
        < 200 *
        > REST 5
        < 350 *
        > RETR a.txt
        < 554 *
        """);

    [Test]
    public void Rest_is_kept_until_a_command_that_moves_data() => FtpScript.Run("""
        enter alice I
        > REST 5
        < 350 *
        > NOOP
        < 200 *
        > CWD pub
        < 250 *
        > REST x
        < 501 *
        passive
        > RETR /a.txt
        < 150 *
        data from 5 /a.txt
        < 226 *
        """);

    [TestCase("RETR nothing", 550)]
    [TestCase("RETR", 501)]
    [TestCase("STOR pub", 553)]
    [TestCase("APPE pub", 553)]
    [TestCase("STOU .x", 553)]
    [TestCase("LIST nothing", 550)]
    [TestCase("NLST nothing", 550)]
    [TestCase("MLSD a.txt", 501)]
    public void A_command_that_would_have_moved_data_spends_rest(string command, int code) =>
        FtpScript.Run($"""
            enter alice I
            > REST 5
            < 350 *
            > {command}
            < {code} *
            passive
            > RETR a.txt
            < 150 *
            data /a.txt
            < 226 *
            """);

    [Test]
    public void A_text_is_sent_with_crlf_and_measured_on_the_wire() => FtpScript.Run("""
        enter anonymous
        > SIZE a.txt
        < 550 *
        passive
        > RETR a.txt
        < 150 Opening ASCII mode data connection for /a.txt.
        data "line one\r\nline two\r\n"
        < 226 Transfer complete: 20 bytes *
        passive
        > RETR pub/readme.txt
        < 150 *
        data "Read me.\r\nBoth kinds\r\nof ends.\r\n"
        < 226 *
        counter DownloadBytes 52
        """);

    [Test]
    public void A_long_text_is_translated_piece_by_piece()
    {
        FtpWorld world = new();
        byte[] text = new byte[200_000];
        Array.Fill(text, (byte)'\n');
        world.Changes.Add("/lines.txt", text, FtpWorld.ContentTime);
        string crlf = string.Concat(Enumerable.Repeat("\\r\\n", text.Length));
        FtpScript.Run($"""
            enter anonymous
            passive
            > RETR lines.txt
            < 150 *
            data "{crlf}"
            < 226 Transfer complete: 400000 bytes *
            """, world);
    }

    [Test]
    public void A_line_end_between_two_pieces_of_a_text_is_one()
    {
        FtpWorld world = new();
        // Pieces are of 8192 bytes, of which the first ends with the CR.
        string text = new string('x', 8191) + "\r\n\ny";
        world.Changes.Add("/edge.txt", Encoding.ASCII.GetBytes(text), FtpWorld.ContentTime);
        FtpScript.Run($"""
            enter anonymous
            passive
            > RETR edge.txt
            < 150 *
            data "{new string('x', 8191)}\r\n\r\ny"
            < 226 Transfer complete: 8196 bytes *
            """, world);
    }

    [TestCase("A", 300_000)]
    [TestCase("I", 300_000)]
    public void Content_that_is_not_in_memory_is_waited_for(string type, int least)
    {
        FtpWorld world = new();
        world.Changes.Add("/cold.bin", new byte[least], FtpWorld.ContentTime);
        for (int region = 1; region < 20; region++)
        {
            world.Stacks.ServerContent.Unload(region);
        }
        FtpScript script = FtpScript.Begin(world);
        script.Do($"""
            enter anonymous
            > TYPE {type}
            < 200 *
            passive
            > RETR cold.bin
            < 150 *
            wait 20s
            silence
            """);
        for (int region = 1; region < 20; region++)
        {
            world.Stacks.ServerContent.Load(region);
        }
        script.Do($"""
            data /cold.bin
            < 226 Transfer complete: {least} bytes *
            """);
        script.End();
    }

    [Test]
    public void Content_that_is_lost_in_mid_transfer_is_told_451()
    {
        FtpWorld world = new();
        FtpScript script = FtpScript.Begin(world);
        script.Do("""
            enter anonymous
            passive
            """);
        for (int region = 1; world.Stacks.ServerContent.Region(region).Length != 300_005; region++)
        {
            world.Stacks.ServerContent.Lose(region + 1);
        }
        script.Do("""
            > RETR big.bin
            < 150 *
            gone
            < 451 *
            > TYPE I
            < 200 *
            passive
            > RETR big.bin
            < 150 *
            gone
            < 451 *
            """);
        script.End();
    }

    [Test]
    public void A_rate_is_kept_either_way()
    {
        FtpWorld world = new(change: options => options with { BytesPerSecond = 10_000 });
        FtpScript.Run($"""
            enter alice I
            passive
            > STOR slow
            < 150 *
            put "{new string('x', 30_000)}"
            finish
            silence
            silence
            wait 500ms
            < 226 Transfer complete: 30000 bytes in * s (0.01 MB/s).
            passive
            > RETR slow
            < 150 *
            silence
            silence
            data /slow
            < 226 Transfer complete: 30000 bytes in * s (0.01 MB/s).
            """, world);
    }

    [Test]
    public void Quit_waits_for_the_end_of_a_transfer() => FtpScript.Run("""
        enter alice I
        passive
        > STOR q
        < 150 *
        put "one"
        > QUIT
        hangup
        silence
        put "two"
        finish
        < 226 *
        < 221 *
        closed
        file /q "onetwo"
        """);

    [Test]
    public void Stat_tells_how_far_a_transfer_is() => FtpScript.Run("""
        enter alice I
        passive
        > STOR q
        < 150 *
        put "one"
        silence
        > STAT
        < 211-*
        <  Connected from *
        <  Logged in as alice
        <  TYPE I, STRU F, MODE S
        <  In transfer: 3 bytes so far
        <  *
        < 211 End
        > NOOP
        silence
        > STAT
        silence
        finish
        < 226 *
        < 200 *
        << 211
        """);
}
