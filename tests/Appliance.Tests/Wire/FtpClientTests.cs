using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Client programs and libraries with their own ideas of the protocol.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpClientTests
{
    [Test]
    public void Tnftp_lists_fetches_and_publishes_either_way()
    {
        LabScript.Require("tnftp");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        ScriptResult result = FtpLab.Serve(content, """
            for way in -p -A; do
              rm -f ./*.bin ./*.txt
              tnftp $way -n -i 198.18.0.2 >"listing$way" <<'END'
            user anonymous me@example.com
            binary
            dir
            mget *.bin
            cd sub
            nlist
            size beside.txt
            cd deep
            mget *
            cdup
            cdup
            ascii
            get text.txt
            quit
            END
              sha256sum --quiet -c "$sums"
              cmp file.txt "$www/sub/deep/file.txt"
              cmp text.txt <(tr -d '\r' <"$www/text.txt")
              [ "$(grep -c '^[-d]r' "listing$way")" = 6 ]

              head -c 1000000 "$www/large.bin" >part.bin
              mkdir -p up; echo 1 >up/1.txt; echo 2 >up/2.txt
              tnftp $way -n -i 198.18.0.2 <<'END'
            user publisher secret
            binary
            reget large.bin part.bin
            mkdir new
            cd new
            put large.bin
            append file.txt large.bin
            rename large.bin other.bin
            lcd up
            mput *.txt
            mdelete 1*
            quit
            END
              cmp part.bin "$www/large.bin"
              cmp "$www/new/other.bin" <(cat large.bin file.txt)
              (cd "$www/new" && echo *) && rm -r "$www/new" && kill -HUP $pid
              until get -l $ftp/ >names && ! grep -q new names; do sleep 0.05; done
            done
            """).Succeeded();

        Assert.That(result.Output, Does.EndWith("2.txt other.bin"));
        Assert.That(result.Output.Split('\n').Count(line => line == "2.txt other.bin"), Is.EqualTo(2));
    }

    [Test]
    public void Ncftp_and_wget_take_and_give_trees()
    {
        LabScript.Require("ncftpget", "wget", "curl");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            mkdir nc
            for way in -F -E; do
              rm -rf nc/*
              ncftpget -V $way 198.18.0.2 nc /large.bin /text.txt
              cmp nc/large.bin "$www/large.bin"
              [ "$(stat -c %Y nc/text.txt)" = 1582979696 ]
              ncftpget -V $way -T -R 198.18.0.2 nc /sub
              diff -r nc/sub "$www/sub"
              head -c 100000 "$www/large.bin" >nc/large.bin
              touch -r "$www/large.bin" nc/large.bin
              ncftpget -V $way -z 198.18.0.2 nc /large.bin
              cmp nc/large.bin "$www/large.bin"
              ncftpput -V $way -R -m -u publisher -p secret 198.18.0.2 /nc"$way" nc/sub nc/large.bin
              diff -r nc/sub "$www/nc$way/sub"
              cmp nc/large.bin "$www/nc$way/large.bin"
              cmp <(get http://198.18.0.2/nc$way/sub/deep/file.txt) nc/sub/deep/file.txt
            done
            wget -q -r $ftp/
            diff -r 198.18.0.2 "$www"
            rm -r 198.18.0.2
            wget -q -r --no-passive-ftp $ftp/sub/
            diff -r 198.18.0.2/sub "$www/sub"
            head -c 123456 "$www/large.bin" >large.bin
            wget -q -c $ftp/large.bin
            cmp large.bin "$www/large.bin"
            wget -q "$ftp/te*.txt"
            cmp text.txt "$www/text.txt"
            """).Succeeded();
    }

    [Test]
    public void Ftplib_gets_the_reply_to_every_command_that_it_should()
    {
        LabScript.Require("python3");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            find "$www" -printf '%p %s %T@\n' | sort >before
            python3 "$clients/ftplib_reads.py" 198.18.0.2 "$www"
            find "$www" -printf '%p %s %T@\n' | sort | cmp before
            python3 "$clients/ftplib_writes.py" 198.18.0.2 publisher secret "$www"
            find "$www" -type f -printf '%p %s %T@\n' | sort | cmp <(grep -v ' 4096 ' before)
            """).Succeeded();
    }

    [Test]
    public void Basic_ftp_reads_and_publishes()
    {
        LabScript.RequireModule("basic-ftp");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            node "$clients/basic-ftp-checks.js" 198.18.0.2 publisher secret "$www"
            """).Succeeded();
    }
}
