using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>lftp mirrors both ways, and goes on where it was cut.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpMirrorTests
{
    [Test]
    public void A_tree_with_a_thousand_small_files_is_mirrored_with_its_times()
    {
        LabScript.Require("lftp");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);
        AddSmallFiles(content, 1000);

        FtpLab.Serve(content, """
            lf 'mirror --parallel=4 / mirror'
            diff -r "$www" mirror
            diff <(cd "$www"; find . -type f -printf '%TY%Tm%Td%TH%TM %p\n' | sort) \
              <(cd mirror; find . -type f -printf '%TY%Tm%Td%TH%TM %p\n' | sort)
            lf 'set ftp:use-mlsd yes; mirror --parallel=2 / again'
            diff -r "$www" again
            lf 'pget -n 4 large.bin; set ftp:passive-mode no; get large.bin -o active.bin'
            sha256sum --quiet -c "$sums" 2>/dev/null || cmp large.bin "$www/large.bin"
            cmp active.bin "$www/large.bin"
            """).Succeeded();
    }

    [Test]
    public void A_tree_is_published_with_its_times_and_without_what_it_lost()
    {
        LabScript.Require("lftp", "curl");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            mkdir -p site/a/b/c site/empty
            for i in {1..200}; do echo "page $i" >site/a/$i.html; done
            cp "$www/large.bin" site/a/b/large.bin
            : >site/a/b/c/zero
            touch -d '2011-12-13 14:15:16 UTC' site/a/*.html site/a/b/large.bin
            lf 'mirror -R --parallel=4 site /site' "-u publisher,secret $ftp"
            same() {
              diff -r site "$www/site"
              diff <(cd site; find . -type f -printf '%Ts %p\n' | cut -d. -f1- | sort) \
                <(cd "$www/site"; find . -type f -printf '%Ts %p\n' | sort)
            }
            same
            cmp <(get http://198.18.0.2/site/a/b/large.bin) site/a/b/large.bin

            # Only what changed is sent again, and what is gone goes.
            rm -r site/a/b site/a/1*.html
            echo new >site/a/2.html
            lf 'mirror -R --delete --verbose site /site' "-u publisher,secret $ftp" | tail -n 4
            same
            get http://198.18.0.2/site/a/2.html
            [ "$(curl -s -o /dev/null -w '%{http_code}' http://198.18.0.2/site/a/b/large.bin)" = 404 ]
            lf 'rm -r /site' "-u publisher,secret $ftp"
            [ ! -e "$www/site" ]
            """).Succeeded();
    }

    [Test]
    public void Transfers_that_were_cut_go_on()
    {
        LabScript.Require("lftp", "iptables");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        FtpLab.Serve(content, """
            # lftp runs as a child of the function's subshell.
            slow="set net:limit-total-rate 6M"
            grown() { until [ "$(stat -c %s "$1" 2>/dev/null || echo 0)" -gt 3000000 ]; do sleep 0.05; done; }

            # The client is killed while it fetches.
            lftp -c "$slow; open $ftp; get large.bin" & client=$!
            grown large.bin
            kill -KILL $client; wait $client || true
            [ "$(stat -c %s large.bin)" -lt 20000000 ]
            lf 'get -c large.bin'
            sha256sum --quiet -c "$sums"

            # The client is killed while it publishes; nothing of that is to be seen, and it goes on.
            lftp -c "$slow; open -u publisher,secret $ftp; put large.bin -o up.bin" & client=$!
            sleep 1.5
            kill -KILL $client; wait $client || true
            [ ! -e "$www/up.bin" ]
            lf 'put -c large.bin -o up.bin' "-u publisher,secret $ftp"
            cmp large.bin "$www/up.bin"

            # The cable is out for a while, either way.
            rm large.bin
            lf "$slow; get large.bin" & client=$!
            grown large.bin
            iptables -A INPUT -p tcp -j DROP
            sleep 1.5
            iptables -F
            wait $client
            sha256sum --quiet -c "$sums"
            lf "$slow; put large.bin -o up2.bin" "-u publisher,secret $ftp" & client=$!
            sleep 1
            iptables -A INPUT -p tcp -j DROP
            sleep 1.5
            iptables -F
            wait $client
            cmp large.bin "$www/up2.bin"
            """).Succeeded();
    }

    private static void AddSmallFiles(TemporaryContent content, int count)
    {
        string directory = Directory.CreateDirectory(Path.Combine(content.Www, "small")).FullName;
        var random = new Random(5);
        byte[] bytes = new byte[3000];
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(directory, $"{i}.bin"), bytes[..random.Next(bytes.Length)]);
        }
    }
}
