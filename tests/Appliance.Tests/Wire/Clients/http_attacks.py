"""Requests that two servers would read differently, and requests that are too large: each gets the status that
it should, nothing behind it is answered, and the server's memory stays."""

import os
import re
import socket
import sys

host = sys.argv[1]
NEXT = b"GET /page.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def resident_bytes():
    with open(f"/proc/{os.environ['pid']}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def ask(request):
    answer = b""
    with socket.create_connection((host, 80), timeout=30) as peer:
        peer.sendall(request)
        while more := peer.recv(65536):
            answer += more
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)], len(answer)


def check(name, request, *statuses, longest=1_000_000):
    got, length = ask(request)
    print(name, len(got), set(got), length)
    assert tuple(got) == statuses, (name, got, statuses)
    assert length <= longest, (name, length)


before = resident_bytes()
smuggled = {
    "CL.TE": POST + b"Content-Length: 6\r\n" + CHUNKED + b"0\r\n\r\nG",
    "TE.CL": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n12\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n",
    "CL.CL": POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "CL list": POST + b"Content-Length: 5, 5\r\n\r\nabcde",
    "CL sign": POST + b"Content-Length: +5\r\n\r\nabcde",
    "CL underscore": POST + b"Content-Length: 1_0\r\n\r\nabcde",
    "CL NUL": POST + b"Content-Length: 5\0\r\n\r\nabcde",
    "TE.TE": POST + b"Transfer-Encoding: cow\r\n" + CHUNKED + b"0\r\n\r\n",
    "TE space": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "TE fold": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "TE VT": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "TE quoted": POST + b"Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    "TE 1.0": b"POST / HTTP/1.0\r\nHost: a\r\n" + CHUNKED + b"0\r\n\r\n",
    "LF in an extension": POST + CHUNKED + b"5;\nabcde\r\n0\r\n\r\n",
    "CR in an extension": POST + CHUNKED + b"5;a\rb\r\nabcde\r\n0\r\n\r\n",
    "CRLF in a quoted extension": POST + CHUNKED + b"5;a=\"\r\n\"\r\nabcde\r\n0\r\n\r\n",
    "no name of an extension": POST + CHUNKED + b"5;\r\nabcde\r\n0\r\n\r\n",
    "hex prefix": POST + CHUNKED + b"0x5\r\nabcde\r\n0\r\n\r\n",
    "CR behind a chunk": POST + CHUNKED + b"5\r\nabcde\r0\r\n\r\n",
    "LF for CRLF": b"GET / HTTP/1.1\nHost: a\n\n",
    "CR for CRLF": b"GET / HTTP/1.1\rHost: a\r\r",
    "raw octets": b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
}
for name, request in smuggled.items():
    check(name, request + NEXT, 400)

check("10,000 headers", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", 431)
check("header of 1 MB", b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n", 431)
check("URI of 1 MB", b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414)
ranges = b",".join(b"%d-" % first for first in range(1500))
for wanted in (ranges, b"0-0," * 3000 + b"0-0", b"-1," * 3000 + b"-1"):
    check("range bomb", NEXT[:-2] + b"Range: bytes=" + wanted + b"\r\n\r\n", 200, longest=100_000)
check("empty members", NEXT[:-2] + b"Range: bytes=" + b"," * 8000 + b"0-0\r\n\r\n", 206)
check("pipeline", NEXT.replace(b"Connection: close\r\n", b"") * 500 + NEXT, *[200] * 501)
grown = resident_bytes() - before
print("grown by", grown)
assert grown < 64_000_000, grown
