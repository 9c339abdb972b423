using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>What is published by FTP is there for everybody once it is answered, and not before.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpPublishTests
{
    [Test]
    public void An_upload_beside_a_hundred_thousand_files_is_served_by_http_when_it_is_answered()
    {
        LabScript.Require("curl", "python3");
        using var content = new TemporaryContent(inMemory: true);
        for (int i = 0; i < 100_000; i++)
        {
            string directory = Path.Combine(content.Www, $"{i / 1000}");
            if (i % 1000 == 0)
            {
                Directory.CreateDirectory(directory);
            }
            File.WriteAllText(Path.Combine(directory, $"{i}.txt"), $"file {i}\n");
        }

        // The very next request, which the 226 has to have waited for: sooner than any deadline.
        FtpLab.Serve(content, """
            python3 - <<'END'
            import ftplib, io, urllib.request
            ftp = ftplib.FTP("198.18.0.2", "publisher", "secret", timeout=20)
            for i in range(10):
                body = b"upload %d\n" % i * (i * 1000)
                ftp.storbinary(f"STOR {i}/up.txt", io.BytesIO(body))
                with urllib.request.urlopen(f"http://198.18.0.2/{i}/up.txt", timeout=10) as answer:
                    assert answer.read() == body, i
                ftp.delete(f"{i}/{i}001.txt" if i else "0/1.txt")
            ftp.quit()
            END
            [ "$(curl -s -o /dev/null -w '%{http_code}' http://198.18.0.2/0/1.txt)" = 404 ]
            get http://198.18.0.2/99/99999.txt
            """).Succeeded();
    }

    [Test]
    public void Nothing_of_an_upload_is_visible_before_it_is_whole()
    {
        LabScript.Require("curl", "lftp");
        using var content = new TemporaryContent();
        content.Add("large.bin", 10_000_000);
        File.WriteAllText(Path.Combine(content.Www, "old.bin"), "old\n");

        FtpLab.Serve(content, """
            up() { curl -sS -m 60 --fail -u $login "$@"; }
            head -c 6000000 "$www/large.bin" | tac >new.bin
            code() { curl -s -o /dev/null -w '%{http_code}' "http://198.18.0.2/$1"; }

            # Neither a new file nor the new one of an old name, by HTTP, FTP or in the directory.
            up --limit-rate 1500k -T new.bin $ftp/new.bin & client=$!
            up --limit-rate 1500k -T new.bin $ftp/old.bin & other=$!
            looks=0
            for i in {1..4}; do
              seen="$(code new.bin) $(get http://198.18.0.2/old.bin) $(get $ftp/old.bin)"
              seen+=" $(get -l $ftp/ | xargs)"
              there="$(cd "$www"; echo *) $(cat "$www/old.bin")"
              kill -0 $client && kill -0 $other || break
              [ "$seen" = '404 old old large.bin old.bin sub' ]
              [ "$there" = 'large.bin old.bin sub old' ]
              looks=$((looks + 1))
              sleep 0.1
            done
            [ $looks -gt 0 ]
            kill -HUP $pid
            wait $client $other
            cmp new.bin "$www/new.bin"; cmp new.bin "$www/old.bin"
            cmp new.bin <(get http://198.18.0.2/old.bin)

            # A client that dies leaves what was there; who asks how far it came can go on.
            curl -sS -m 60 --limit-rate 4M -u $login -T "$www/large.bin" $ftp/old.bin & client=$!
            sleep 1; kill -KILL $client; wait $client || true
            up -Q 'DELE new.bin' -l -o names $ftp/
            cmp new.bin "$www/old.bin"
            cmp new.bin <(get $ftp/old.bin)

            # Who is reading the old file reads it to its end.
            get $ftp/old.bin | {
              head -c 100000; touch begun; until [ -e go-on ]; do sleep 0.02; done; cat
            } >reader.bin & reader=$!
            until [ -e begun ]; do sleep 0.02; done
            up -T "$www/large.bin" $ftp/old.bin
            touch go-on; wait $reader
            cmp new.bin reader.bin
            cmp "$www/large.bin" <(get $ftp/old.bin)
            """).Succeeded();
    }
}
