namespace Straightwire.Protocols.Tests.Http.Wire1;

/// <summary>FEATURES.md's request checks: each with its status, and whether the connection goes on.</summary>
internal sealed class RequestCheckTests
{
    private const string Next = "GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n";

    // Host
    [TestCase("GET / HTTP/1.1\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.0\r\nHost: a b\r\nConnection: keep-alive\r\n\r\n", 400)]
    [TestCase("GET http://a/ HTTP/1.1\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n", 200)]
    [TestCase("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200)]
    [TestCase("GET / HTTP/1.1\r\nHOST:\t 198.18.0.2 \t\r\n\r\n", 200)]
    // Targets
    [TestCase("GET http://a HTTP/1.1\r\nHost: b\r\n\r\n", 200)]
    [TestCase("GET http://a?q HTTP/1.1\r\nHost: b\r\n\r\n", 200)]
    [TestCase("GET HTTP://a:80/file.txt?q HTTP/1.1\r\nHost: b\r\n\r\n", 200)]
    [TestCase("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 421)]
    [TestCase("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204)]
    [TestCase("OPTIONS /file.txt HTTP/1.1\r\nHost: a\r\n\r\n", 204)]
    [TestCase("GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [TestCase("GET /x%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [TestCase("GET /x%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [TestCase("GET /%66ile.txt HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    // Methods
    [TestCase("POST /file.txt HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    [TestCase("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    [TestCase("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    [TestCase("get / HTTP/1.1\r\nHost: a\r\n\r\n", 501)]
    [TestCase("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501)]
    // Versions and lines
    [TestCase("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 200)]
    [TestCase("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: \u00e9\ta\r\n\r\n", 200)]
    // Content
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", 405)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /", 200)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200)]
    [TestCase("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "0A ;x=\"y\"\r\n0123456789\r\n00\r\nT: 1\r\n\r\n", 405)]
    [TestCase("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "1 ; a ; b\t=\tc;d=\" \\\" ;=\u00e9\";e\r\nx\r\n0;f=\"\"\r\nT-1:\r\nU: v\r\n\r\n", 405)]
    // Empty members of lists
    [TestCase("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,\tchunked ,, \r\n\r\n0\r\n\r\n", 405)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nConnection: , ,x,,\r\n\r\n", 200)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nExpect: , 100-continue,\r\n\r\n", 200)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nExpect: , \r\n\r\n", 200)]
    [TestCase("PUT / HTTP/1.1\r\nHost: a\r\nExpect:\r\nContent-Length: 1\r\n\r\nx", 405)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, a-miracle\r\n\r\n", 417)]
    // Expectations
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n", 200)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n", 417)]
    public void Well_framed_requests_leave_the_connection_open(string request, int status)
    {
        var connection = new TestConnection(new TestSite());
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Send(request + Next).Received());
        Assert.That(answers, Has.Count.EqualTo(2));
        Assert.That(answers[0].Status, Is.EqualTo(status));
        Assert.That(answers[0].Closes, Is.False);
        Assert.That(answers[1].Body, Is.EqualTo(TestSite.Text));
        Assert.That(connection.IsEnded, Is.False);
        Assert.That(answers[0].Fields.ContainsKey("Allow"), Is.EqualTo(status is 204 or 405));
    }

    // Lines
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400, TestName = "obs-fold")]
    [TestCase("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, TestName = "whitespace before the first field")]
    [TestCase("GET / HTTP/1.1\nHost: a\n\n", 400, TestName = "bare LF everywhere")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\n\r\n", 400, TestName = "bare LF after a field")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n\n", 400, TestName = "bare LF for the empty line")]
    [TestCase("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "bare LF in front")]
    [TestCase("GET / HTTP/1.1\rHost: a\r\n\r\n", 400, TestName = "bare CR after the request line")]
    [TestCase("GET / HTTP/1.1\r\nX: a\rb\r\nHost: a\r\n\r\n", 400, TestName = "bare CR in a value")]
    [TestCase("GET / HTTP/1.1\r\nX: a\0b\r\nHost: a\r\n\r\n", 400, TestName = "NUL in a value")]
    [TestCase("GET / HTTP/1.1\r\nX: \u007f\r\nHost: a\r\n\r\n", 400, TestName = "DEL in a value")]
    [TestCase("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, TestName = "space before the colon")]
    [TestCase("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", 400, TestName = "tab before the colon")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400, TestName = "no field name")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400, TestName = "no colon")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX@Y: b\r\n\r\n", 400, TestName = "no token before the colon")]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n\u00e9: b\r\n\r\n", 400, TestName = "a field name beyond ASCII")]
    // Request lines
    [TestCase("GET /\r\n\r\n", 400, TestName = "HTTP/0.9")]
    [TestCase("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "two spaces")]
    [TestCase("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400, TestName = "a space after the version")]
    [TestCase(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a space before the method")]
    [TestCase("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a method that is no token")]
    [TestCase("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a space in the target")]
    [TestCase("GET /a?b c HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a space in the query")]
    [TestCase("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a fragment")]
    [TestCase("GET / http/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a version in lower case")]
    [TestCase("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400, TestName = "a version of three digits")]
    [TestCase("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, TestName = "HTTP/2.0")]
    [TestCase("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505, TestName = "HTTP/0.9 by name")]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, TestName = "the preface of HTTP/2")]
    [TestCase("\u0016\u0003\u0001\u0002\u0000\u0001", 400, TestName = "a TLS hello")]
    [TestCase("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "authority-form")]
    [TestCase("GET file.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "no slash")]
    [TestCase("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "asterisk-form for GET")]
    [TestCase("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "no authority")]
    [TestCase("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "userinfo")]
    [TestCase("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "another scheme")]
    [TestCase("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405, TestName = "CONNECT")]
    [TestCase("GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a raw octet in the path")]
    [TestCase("GET /?\u0080 HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a raw octet in the query")]
    [TestCase("GET /\u00c3\u00a9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "raw UTF-8 in the path")]
    [TestCase("GET http://\u00e9/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a raw octet in the host")]
    [TestCase("OPTIONS *\u00ff HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "a raw octet after *")]
    [TestCase("GET /\u001b[2J HTTP/1.1\r\nHost: a\r\n\r\n", 400, TestName = "ESC in the target")]
    // Framing
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n"
        + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n"
        + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n"
        + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u000bchunked\r\n\r\n", 400)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501)]
    [TestCase("GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        + "Connection: keep-alive\r\n\r\n", 400)]
    public void Broken_framing_ends_the_connection(string request, int status) => Refuses(request, status);

    [TestCase("g\r\n")]
    [TestCase("\r\n")]
    [TestCase("0x5\r\n")]
    [TestCase("-1\r\n")]
    [TestCase("5 \r\nabcde\r\n0\r\n\r\n")]
    [TestCase(" 5\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a\nabcde\r\n0\r\n\r\n")]
    [TestCase("5\r\nabcdeX0\r\n\r\n")]
    [TestCase("5\r\nabcde\n0\r\n\r\n")]
    [TestCase("5\r\nabcde\r\n0\r\n\n")]
    [TestCase("5\r\nabcde\r\n0\r\n fold: x\r\n\r\n")]
    [TestCase("5\r\nabcde\r\n0\r\nT: x\n\r\n")]
    [TestCase("FFFFFFFFFFFFFFFFF\r\n")]
    [TestCase("5;\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5; \r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a \r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;;a\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;=b\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=b=c\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=b c\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a b\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a,b\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;\u00e9\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=\"b\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=\"b\"c\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=\"\\\r\n\"\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=b\"c\"\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a\0\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5;a=\"\u007f\"\r\nabcde\r\n0\r\n\r\n")]
    [TestCase("5\r\nabcde\r\n0\r\nno colon\r\n\r\n")]
    [TestCase("5\r\nabcde\r\n0\r\nno-colon\r\n\r\n")]
    [TestCase("5\r\nabcde\r\n0\r\nT : x\r\n\r\n")]
    public void Bad_chunks_end_the_connection(string content) =>
        Refuses("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + content, 400);

    [Test]
    public void A_chunk_beyond_the_limit_is_413() =>
        Refuses("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413);

    [Test]
    public void Limits_have_their_own_statuses()
    {
        string fields = string.Concat(Enumerable.Range(0, 101).Select(i => $"X{i}: y\r\n"));
        Refuses($"GET / HTTP/1.1\r\n{fields}\r\n", 431);
        Refuses($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 16_384)}", 431);
        Refuses($"GET /{new string('x', 8192)}", 414);
        Refuses($"GET /{new string('x', 1_000_000)} HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        Refuses(new string('X', 33), 501);
        string longest = "/" + new string('x', 8191);
        var connection = new TestConnection(new TestSite());
        connection.Send($"GET {longest} HTTP/1.1\r\nHost: a\r\nX: {new string('x', 8100)}\r\n\r\n");
        Assert.That(ParsedAnswer.ReadAll(connection.Received()).Single().Status, Is.EqualTo(404));
    }

    [Test]
    public void The_answer_to_a_refused_request_does_not_depend_on_how_it_was_cut()
    {
        string fields = string.Concat(Enumerable.Range(0, 101).Select(i => $"X{i}: y\r\n"));
        string[] requests =
        [
            $"GET / HTTP/1.1\r\n{fields}\r\n",
            $"GET /{new string('x', 9000)} HTTP/2.0\r\nHost: a\r\n\r\n",
            "GET / HTTP/2.0\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\nX: a\rb\n",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nx",
        ];
        foreach (string request in requests)
        {
            string whole = new TestConnection(new TestSite()).Send(request).Received();
            var connection = new TestConnection(new TestSite());
            string trickled = connection.Trickle(System.Text.Encoding.Latin1.GetBytes(request)).Received();
            Assert.That(trickled, Is.EqualTo(whole));
            Assert.That(connection.IsEnded, Is.True);
        }
    }

    private static void Refuses(string request, int status)
    {
        var connection = new TestConnection(new TestSite());
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Send(request + Next).Received());
        Assert.That(answers, Has.Count.EqualTo(1));
        Assert.That(answers[0].Status, Is.EqualTo(status));
        Assert.That(answers[0].Closes, Is.True);
        Assert.That(connection.Sink.IsFinished, Is.True);
        Assert.That(connection.PendingCount, Is.Zero, "what comes after is taken: no RST erases the answer");
    }
}
