using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// The one file that `dotnet publish` makes, when TESTS_PROGRAM names it; tests of the category Published are
/// then those that are worth running against it.
/// </summary>
[TestFixture]
[Category("Wire")]
[Category("Published")]
[Explicit("against a published file, which TESTS_PROGRAM names")]
public sealed class PublishedFileTests
{
    [SetUp]
    public void RequireFile() =>
        Assert.That(LabScript.Published, Is.Not.Null, "TESTS_PROGRAM names no published file");

    [TestCase("--help")]
    [TestCase("--version")]
    [TestCase("--print-schema")]
    [TestCase("--print-defaults")]
    [TestCase("--print-config")]
    [TestCase("--print-config --link xdp --interface eth0 --log-level debug --set http.idleTimeout=3s "
        + "--set ftp.users.0.name=anna --set ftp.users.0.rights.0=read --set ftp.users.0.quotaBytes=7 "
        + "--set tcp.congestion=cubic --set content.tags=digest --set tcp.peer.exempt.0=198.18.0.9/32")]
    [TestCase("--validate")]
    [TestCase("--validate --port eighty --set tcp.rtoMin=0 --set link.kind=tab --set server.shards=null")]
    [TestCase("--validate --set ftp.users.0.rights.0=fly --set ftp.users.0.name=")]
    [TestCase("--prot 80")]
    public void It_says_what_the_built_program_says(string options)
    {
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Run(content, ["env"], $$"""
            count=0
            for each in "$server" '{{LabScript.Built}}'; do
              status=0; "$each" "$www" {{options}} >said 2>&1 || status=$?
              echo "status $status" >>said
              mv said "said.$((++count))"
            done
            cmp said.1 said.2 >&2 || { diff said.2 said.1 >&2; false; }
            cat said.1
            """);

        Assert.That(result.Succeeded().Output, Has.Length.GreaterThan(10));
    }

    [Test]
    public void It_names_its_commit()
    {
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Run(content, ["env"], "\"$server\" --version");

        Assert.That(result.Succeeded().Output, Does.Match("^[0-9.]+[+][0-9a-f]{40}$"));
    }

    [Test]
    public void It_needs_the_C_library_and_its_mathematics_and_nothing_else()
    {
        LabScript.Require("readelf");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Run(content, ["env"], """
            readelf -d "$server" | sed -nE 's/.*NEEDED.*\[([a-z]*)[.-].*/\1/p' | sort
            """);

        Assert.That(result.Succeeded().Output.Split('\n'), Is.SubsetOf((string[])["ld", "libc", "libm"]));
    }

    [Test]
    public void From_inside_no_memory_becomes_executable_and_no_other_file_is_read()
    {
        LabScript.Require("curl", "gcc", "ip");
        using var content = new TemporaryContent();

        LabScript.Namespace(content, """
            gcc -shared -fPIC -O2 -pthread -o inside.so "$clients/inside.c"
            LD_PRELOAD=$PWD/inside.so serve
            answers
            for i in {1..100}; do grep -q 'inside: .* attempts' $root/server.log && break || sleep 0.05; done
            kill $pid; wait $pid
            grep -q 'inside: 12 attempts, 0 faults' $root/server.log
            """).Succeeded();
    }

    [Test]
    public void Nothing_becomes_executable_once_it_is_sealed()
    {
        LabScript.Require("curl", "ip", "strace");
        using var content = new TemporaryContent();
        content.Add("large.bin", 3_000_000);

        FtpLab.Namespace(content, """
            # The tracer is no parent of what it traces (-D), so that $pid is the server.
            cat >traced <<END
            #!/bin/sh
            exec strace -D -f -qq -e trace=execve,mmap,mprotect,pkey_mprotect,prctl,seccomp -o $root/trace \
              "$server" "\$@"
            END
            chmod +x traced
            server=$PWD/traced
            mkdir $root/logs
            serve "${users[@]}" --trace --log-file $root/logs/server.log --set ftp.logs.json=$root/logs/json
            answers
            curl -sS --fail $url/large.bin -o large.bin; sha256sum --quiet -c "$sums"
            head -c 300000 /dev/urandom >up.bin
            get -T up.bin -u $login $ftp/up.bin
            get $url/up.bin | cmp - up.bin
            curl -sS --fail $url:9180/metrics >metrics
            kill -HUP $pid; sleep 0.5
            kill $pid; wait $pid
            [ $(grep -cE 'execve.* = 0$' $root/trace) = 2 ]
            sed '/execve(/,$!d; 1d' $root/trace | sed '/execve(/q' | grep -E 'prctl\((PR_SET_MDWE|0x41)'
            sed '1,/SECCOMP_SET_MODE_FILTER/d' $root/trace >sealed
            grep -q 'mmap(' sealed
            if grep PROT_EXEC sealed; then exit 1; fi
            grep -q 'Sandbox: Landlock, no capabilities, seccomp, no new machine code' $root/logs/server.log
            """).Succeeded();
    }
}
