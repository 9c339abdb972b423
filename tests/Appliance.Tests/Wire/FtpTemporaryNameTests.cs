using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Clients that upload under a name with a dot in front and rename it then.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpTemporaryNameTests
{
    private const string Functions = """
        status() { curl -s -o /dev/null -w '%{http_code}' "$url/$1"; }
        clean() { ! find "$www" -name '.*' -type f | grep .; }

        """;

    [Test]
    public void Lftp_publishes_through_temporary_names_with_permissions_and_times()
    {
        LabScript.Require("lftp", "curl");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, Functions + """
            temporary='set xfer:use-temp-file yes; set mirror:set-permissions yes'
            as="-u publisher,secret $ftp"
            lf "$temporary; put $www/large.bin -o new.bin" "$as"
            cmp new.bin "$www/large.bin" 2>/dev/null || cmp "$www/new.bin" "$www/large.bin"
            cmp <(get $url/new.bin) "$www/large.bin"
            echo changed >text.txt
            lf "$temporary; put text.txt" "$as"
            cmp text.txt "$www/text.txt"
            mkdir -p site/a/b
            for i in {1..50}; do echo "page $i" >site/a/$i.html; done
            cp "$www/large.bin" site/a/b
            chmod 600 site/a/1.html
            touch -d '2011-12-13 14:15:16 UTC' site/a/*.html site/a/b/large.bin
            lf "$temporary; mirror -R --parallel=4 site /site" "$as"
            diff -r site "$www/site"
            diff <(cd site; find . -type f -printf '%Ts %p\n' | sort) \
              <(cd "$www/site"; find . -type f -printf '%Ts %p\n' | sort)
            clean
            """).Succeeded();
    }

    [Test]
    public void Ncftpput_curl_and_tnftp_publish_through_a_name_with_a_dot()
    {
        LabScript.Require("ncftpget", "curl", "tnftp");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, Functions + """
            cp "$www/large.bin" one.bin
            ncftpput -V -T .tmp. -u publisher -p secret 198.18.0.2 / one.bin
            cmp <(get $url/one.bin) one.bin
            curl -sS --fail -T one.bin "ftp://$login@198.18.0.2/.two.tmp"
            [ "$(status .two.tmp)" = 404 ]
            [ "$(status two.bin)" = 404 ]
            ! curl -s --fail "ftp://$login@198.18.0.2/.two.tmp" -o stolen
            ! curl -s --list-only "ftp://$login@198.18.0.2/" | grep two
            curl -sS --fail "ftp://$login@198.18.0.2/" -o /dev/null -Q 'RNFR .two.tmp' -Q 'RNTO two.bin'
            cmp <(get $url/two.bin) one.bin
            tnftp -n -i 198.18.0.2 >answers <<'END'
            user publisher secret
            binary
            put one.bin .three
            rename .three three.bin
            chmod 644 three.bin
            quit
            END
            cmp <(get $url/three.bin) one.bin
            clean
            """).Succeeded();
    }
}
