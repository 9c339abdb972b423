using Straightwire.Appliance.Passwords;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>One peer's heap of work is one peer's.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FairnessTests
{
    [Test]
    public void Sixty_bad_logins_of_one_address_do_not_keep_another_one_waiting()
    {
        LabScript.Require("python3", "ip");
        using var content = new TemporaryContent();
        string hash = PasswordHash.Create("secret", 1_000_000).ToString();

        FtpLab.Serve(content, """
            link=$(ip -o -4 address show to 198.18.0.0/15 | awk '{print $2; exit}')
            ip address add 198.18.0.9/15 dev "$link"
            python3 - <<'END'
            import select, socket

            def log_in(source, password):
                s = socket.create_connection(("198.18.0.2", 21), source_address=(source, 0), timeout=60)
                s.recv(1000)
                s.sendall(b"USER publisher\r\n")
                s.recv(1000)
                s.sendall(b"PASS " + password + b"\r\n")
                return s

            guesses = [log_in("198.18.0.1", b"guess") for _ in range(60)]
            honest = log_in("198.18.0.9", b"secret")
            reply = honest.recv(1000)
            answered = len(select.select(guesses, [], [], 0)[0])
            print(reply, answered)
            assert reply.startswith(b"230"), reply
            assert answered < 30, "the others were served first"
            END
            """,
            "--set", $"ftp.users.0.passwordHash={hash}").Succeeded();
    }

    [Test]
    public void A_refusal_reaches_a_client_that_writes_all_of_its_content_first()
    {
        LabScript.Require("python3", "curl");
        using var content = new TemporaryContent();

        LabScript.Serve(content, """
            head -c 100000000 /dev/zero >large
            for expect in 'Expect:' 'Expect: 100-continue'; do
              code=$(curl -sS -o /dev/null -w '%{http_code}' -H "$expect" -T large $url/x)
              [[ $code = 413 || $code = 405 ]]
            done
            code=$(curl -sS -o /dev/null -w '%{http_code}' -H 'Expect:' -T - $url/x <large)
            [[ $code = 413 || $code = 405 ]]
            python3 - <<'END'
            import socket, time

            def write(head, count, piece, pause):
                s = socket.create_connection(("198.18.0.2", 80), timeout=60)
                s.sendall(head)
                for _ in range(count // piece):
                    s.sendall(bytes(piece))
                    time.sleep(pause)
                answer = b""
                while more := s.recv(65536):
                    answer += more
                return answer.split(b" ")[1]

            put = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n"
            assert write(put, 100_000_000, 50_000, 0) == b"413"
            assert write(put, 500_000, 50_000, 0.4) == b"413"
            assert write(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 20_000, 20_000_000, 50_000, 0) == b"431"
            assert write(b"GET /" + b"y" * 9000, 20_000_000, 50_000, 0) == b"414"
            assert write(b"GET / HTTP/1.1\nHost: a\n\n", 20_000_000, 50_000, 0) == b"400"
            END
            """).Succeeded();
    }
}
