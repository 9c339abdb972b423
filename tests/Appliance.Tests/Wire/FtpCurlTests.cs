using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>curl fetches, lists and publishes over every kind of data connection.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpCurlTests
{
    [Test]
    [Category("Published")]
    public void Files_of_every_size_arrive_whole_over_every_kind_of_data_connection()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        foreach (long size in new long[] { 0, 1, 1447, 1448, 1449, 65_535, 65_536, 262_145, 100_000_000 })
        {
            content.Add($"{size}.bin", size);
        }

        ScriptResult result = FtpLab.Serve(content, $$"""
            for way in --epsv --disable-epsv '-P -' '-P - --disable-eprt'; do
              rm -f ./*.bin
              get $way -K '{{content.CurlConfiguration(FtpLab.Url)}}' -w '%{num_connects}\n' >connects
              sha256sum --quiet -c "$sums"
              # The control connection counts once; an active data connection is not curl's to count.
              awk '{ sum += $1 } END { print sum }' connects
            done
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("10\n10\n1\n1"));
    }

    [Test]
    [Category("Published")]
    public void Ranges_resumes_text_and_names_are_right()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        ScriptResult result = FtpLab.Serve(content, """
            large=$www/large.bin
            cmp <(get -r 1000-1999 $ftp/large.bin) <(tail -c +1001 "$large" | head -c 1000)
            cmp <(get -r 5000000- $ftp/large.bin) <(tail -c 3 "$large")
            cmp <(get -r -12345 $ftp/large.bin) <(tail -c 12345 "$large")
            head -c 1234567 "$large" >resumed
            get -C - -o resumed $ftp/large.bin
            cmp resumed "$large"
            get -C - -o resumed $ftp/large.bin
            cmp resumed "$large"

            # curl gives lines the ends of its own system.
            cmp <(get --use-ascii $ftp/text.txt) <(tr -d '\r' <"$www/text.txt")
            get -R -o text.txt $ftp/text.txt
            cmp text.txt "$www/text.txt"
            [ text.txt -nt "$www/text.txt" ] || [ text.txt -ot "$www/text.txt" ] && exit 1
            for method in multicwd nocwd singlecwd; do
              get --ftp-method $method $ftp/sub/deep/file.txt
            done
            get "$ftp/spaces%20%22quotes%22%20%C3%BC%E2%82%AC%20and%20;facts.txt"
            get -I $ftp/text.txt | tr -d '\r'
            get -l $ftp/
            get $ftp/ | awk '{ print $1, $5 }'
            get -l $ftp/empty/
            for refused in none sub/none none/none %2e%2e/%2e%2e/etc/passwd %2Fetc/passwd; do
              get -o refused $ftp/$refused 2>/dev/null && exit 1
            done
            echo end
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("""
            deep
            deep
            deep
            odd
            Last-Modified: Sat, 29 Feb 2020 12:34:56 GMT
            Content-Length: 22
            Accept-ranges: bytes
            empty
            empty.bin
            large.bin
            spaces "quotes" ü€ and ;facts.txt
            sub
            text.txt
            dr-xr-xr-x 0
            -r--r--r-- 0
            -r--r--r-- 5000003
            -r--r--r-- 4
            dr-xr-xr-x 0
            -r--r--r-- 22
            end
            """));
    }

    [Test]
    [Category("Published")]
    public void Uploads_and_changes_are_in_the_directory_when_they_are_answered()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);
        string source = content.Add("source.bin", 100_000_000);
        File.Move(source, Path.Combine(content.Root, "source.bin"));

        FtpLab.Serve(content, """
            source=$root/source.bin
            up() { curl -sS -m 60 --fail -u $login "$@"; }
            for way in --epsv --disable-epsv '-P -' '-P - --disable-eprt'; do
              up $way -T "$source" $ftp/whole.bin
              cmp "$source" "$www/whole.bin"
              up -Q 'DELE whole.bin' -l -o names $ftp/
              [ ! -e "$www/whole.bin" ]
            done

            # Empty, on from where it stands, at the end, as text, into directories that are made for it.
            up -T /dev/null $ftp/none.bin && [ -e "$www/none.bin" ] && [ ! -s "$www/none.bin" ]
            head -c 40000000 "$source" >"$www/resumed.bin" && kill -HUP $pid
            until get -o /dev/null $ftp/resumed.bin 2>/dev/null; do sleep 0.05; done
            up -C - -T "$source" $ftp/resumed.bin && cmp "$source" "$www/resumed.bin"
            up -a -T "$www/text.txt" $ftp/appended.txt && up -a -T "$www/text.txt" $ftp/appended.txt
            cmp <(cat "$www/text.txt" "$www/text.txt") "$www/appended.txt"
            up --use-ascii --crlf -T "$www/sub/beside.txt" $ftp/lines.txt
            cmp "$www/sub/beside.txt" "$www/lines.txt"
            up --ftp-create-dirs -T "$www/text.txt" $ftp/one/two/three.txt
            up -T "$www/text.txt" "$ftp/new%20%22%C3%BC%22%E2%82%AC.txt"
            cmp "$www/text.txt" "$www/one/two/three.txt"
            cmp "$www/text.txt" "$www/new \"ü\"€.txt"

            # A file takes another one's place; what a directory holds keeps it.
            up -l -o names $ftp/ -Q 'MKD made' -Q 'RNFR appended.txt' -Q 'RNTO made/renamed.txt' \
              -Q 'RNFR lines.txt' -Q 'RNTO made/renamed.txt'
            cmp "$www/sub/beside.txt" "$www/made/renamed.txt"
            [ ! -e "$www/lines.txt" ] && [ ! -e "$www/appended.txt" ]
            up -l -o names $ftp/ -Q 'RMD made' 2>/dev/null && exit 1
            up -l -o names $ftp/ -Q 'DELE made/renamed.txt' -Q 'RMD made'
            [ ! -e "$www/made" ]
            get -o names http://198.18.0.2/one/two/three.txt
            cmp names "$www/text.txt"
            """).Succeeded();
    }
}
