using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Nobody changes, sees or tries more than is allowed.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpAccessTests
{
    [Test]
    public void Anonymous_changes_nothing_by_any_client()
    {
        LabScript.Require("curl", "lftp", "tnftp", "ncftpget");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            find "$www" -printf '%p %s %T@\n' | sort >before
            echo text >text.txt
            for name in anonymous ftp; do
              get -u $name:me@ -T text.txt $ftp/new.txt 2>/dev/null && exit 1
              get -u $name:me@ -a -T text.txt $ftp/text.txt 2>/dev/null && exit 1
              for command in 'DELE text.txt' 'MKD new' 'RMD empty' 'RNFR text.txt' \
                'MFMT 20200101000000 large.bin' 'STOU' 'APPE text.txt' 'SITE CHMOD 777 text.txt'; do
                get -u $name:me@ -l -o names -Q "$command" $ftp/ 2>/dev/null && exit 1
              done
            done
            lf 'put text.txt' 2>/dev/null && exit 1
            lf 'mirror -R . /sub' 2>/dev/null && exit 1
            lf 'rm -r /' 2>/dev/null && exit 1
            tnftp -n -i 198.18.0.2 >tnftp.log <<'END'
            user anonymous me@
            put text.txt
            append text.txt text.txt
            mkdir new
            delete text.txt
            rmdir empty
            quit
            END
            ncftpput -V 198.18.0.2 / text.txt 2>/dev/null && exit 1

            # An upload that is refused does not even get a data connection.
            find "$www" -printf '%p %s %T@\n' | sort | cmp before
            """).Succeeded();
    }

    [Test]
    public void A_user_stays_in_its_root_and_within_its_rights()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);
        File.CreateSymbolicLink(Path.Combine(content.Www, "sub", "out"), "../large.bin");
        File.CreateSymbolicLink(Path.Combine(content.Www, "sub", "etc"), "/etc");

        ScriptResult result = FtpLab.Serve(content, """
            as() { curl -sS -m 60 --fail -u $adder "$@"; }
            as -l $ftp/ | grep -v '^out$'
            outside() { find "$www" -path "$www/sub" -prune -o -type f -exec sha256sum {} +; }
            outside >before
            paths='large.bin ../large.bin %2e%2e/large.bin %2Flarge.bin %2F../large.bin out/../../large.bin
              deep/../../large.bin ..%2Flarge.bin ..%5Clarge.bin sub/beside.txt etc/passwd %2Fetc/passwd'
            for path in $paths; do
              as --path-as-is -o stolen "$ftp/$path" 2>/dev/null && exit 1
            done
            # Whether it is taken for a name in the user's own root or refused: nothing outside changes.
            for path in $paths; do
              as --path-as-is -T "$www/text.txt" "$ftp/$path" 2>/dev/null || true
              as -l -o names -Q "MFMT 20010101000000 $path" $ftp/ 2>/dev/null || true
            done
            outside | cmp before
            cmp "$www/large.bin" <(get http://198.18.0.2/large.bin)
            cmp "$www/text.txt" <(get $ftp/text.txt)

            # It may add and replace, and nothing else.
            as -T "$www/text.txt" $ftp/added.txt
            cmp "$www/text.txt" "$www/sub/added.txt"
            for command in 'DELE added.txt' 'MKD new' 'RMD deep' 'RNFR added.txt'; do
              as -l -o names -Q "$command" $ftp/ 2>/dev/null && exit 1
            done
            cmp "$www/text.txt" "$www/sub/added.txt"
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("beside.txt\ndeep"));
    }

    [Test]
    public void Logins_are_refused_delayed_and_counted()
    {
        LabScript.Require("curl", "python3");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            get -u publisher:wrong $ftp/text.txt 2>/dev/null && exit 1
            get -u nobody:secret $ftp/text.txt 2>/dev/null && exit 1
            get -u publisher: $ftp/text.txt 2>/dev/null && exit 1
            get -u $login $ftp/sub/beside.txt
            python3 - <<'END'
            import socket
            stream = socket.create_connection(("198.18.0.2", 21), timeout=20)
            stream.sendall(b"USER publisher\r\nPASS guess\r\n" * 10)
            replies = b""
            while piece := stream.recv(4096):
                replies += piece
            codes = [line[:3] for line in replies.decode().splitlines()]
            assert codes == ["220", "331", "530", "331", "530", "331", "530", "421"], codes
            stream.close()

            # As many from one address as are allowed, and again once one has left.
            held = [socket.create_connection(("198.18.0.2", 21), timeout=20) for _ in range(5)]
            greetings = [stream.recv(100)[:3] for stream in held]
            assert greetings == [b"220"] * 4 + [b"421"], greetings
            assert held.pop().recv(100) == b""
            held[0].sendall(b"QUIT\r\n")
            while held[0].recv(100):
                pass
            held[0].close()
            # The shard that counts it need not be the one that saw the other go.
            greeting = b""
            while greeting[:3] != b"220":
                again = socket.create_connection(("198.18.0.2", 21), timeout=20)
                greeting = again.recv(100)
            END
            """, "--set", "ftp.failedLoginDelay=100ms", "--set", "ftp.clientsPerPeer=4").Succeeded();
    }
}
