using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Signals in mid-transfer, and many sessions that are only held.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpProcessTests
{
    [Test]
    public void Sigterm_lets_transfers_finish_and_says_goodbye_to_who_is_idle()
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        FtpLab.Namespace(content, """
            serve "${users[@]}"; answers
            cp "$www/large.bin" source.bin
            get --limit-rate 5M -o large.bin $ftp/large.bin & down=$!
            get --limit-rate 5M -u $login -T source.bin $ftp/up.bin & up=$!
            python3 -c '
            import socket
            stream = socket.create_connection(("198.18.0.2", 21))
            print(stream.recv(100).decode(), flush=True)
            print(stream.recv(100).decode(), stream.recv(100) == b"")
            ' >idle & idle=$!
            until [ -s large.bin ] && [ -s idle ]; do sleep 0.05; done
            kill -HUP $pid
            sleep 0.5
            kill -0 $down $up
            kill -TERM $pid
            wait $down $up $idle
            sha256sum --quiet -c "$sums"
            cmp source.bin "$www/up.bin"
            wait $pid
            grep -q '^421' idle
            grep -q True idle
            """).Succeeded();
    }

    [Test]
    public void Sigterm_cuts_off_at_its_timeout_who_does_not_finish_and_leaves_the_old_file()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        FtpLab.Namespace(content, """
            serve "${users[@]}" --set server.drainTimeout=1s; answers
            cp "$www/large.bin" source.bin
            echo old >"$www/up.bin"; kill -HUP $pid
            until get -o old $ftp/up.bin 2>/dev/null; do sleep 0.05; done
            get --limit-rate 1M -o large.bin $ftp/large.bin 2>/dev/null & down=$!
            get --limit-rate 1M -u $login -T source.bin $ftp/up.bin 2>/dev/null & up=$!
            until [ -s large.bin ]; do sleep 0.05; done
            kill -TERM $pid
            wait $pid
            wait $down && exit 1
            wait $up && exit 1
            [ "$(cat "$www/up.bin")" = old ]
            """).Succeeded();
    }

    [Test]
    public void A_thousand_idle_sessions_stay_usable_while_files_move()
    {
        LabScript.Require("curl", "python3");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);

        FtpLab.Serve(content, """
            ulimit -n 4096
            python3 "$clients/hold_sessions.py" 198.18.0.2 1000 ready release & holder=$!
            until [ -e ready ]; do kill -0 $holder; sleep 0.1; done
            for i in 1 2 3; do
              get -o large.bin $ftp/large.bin
              get -u $login -T large.bin $ftp/up$i.bin
              cmp large.bin "$www/up$i.bin"
            done
            touch release
            wait $holder
            """).Succeeded();
    }
}
