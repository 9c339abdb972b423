"""Asks a server for what nobody should: python3 log_fuzz.py SEED CONNECTIONS. Every answer is read to its end."""
import random
import socket
import sys

AWKWARD = [
    b'"', b'\\', b'" 401 - "', b'\\"', b'\\x22', b"%00", b"%0d%0a", b"\t", b"\x80", b"\xff", b"\xc3\xbc", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"\xc2\x85", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"[", b"]", b"{", b"}", b"<ADDR>", b"'", b"~",
    b'198.18.0.77 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 401 1', b'","status":401,"x":"', b"  ", b"-", b"&&",
]
METHODS = [b"GET", b"GET", b"GET", b"HEAD", b"OPTIONS", b"POST", b"DELETE", b"BREW", b"get", b"!#$%&'*+-.^_`|~"]
TARGETS = [
    b"/", b"/index.html", b"/none", b"/%22%5c", b"/a%20b", b"/..", b"/%zz", b"*", b"http://other/x", b"https://o/", b"//", b"/?",
    b'/"', b"/\\", b"/<script>", b"/{}|^`", b"/a b", b"/\xff", b"/\x01", b"", b"/large.bin", b"/favicon.ico",
]
VERSIONS = [b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.9", b"HTTP/2.0", b"HTTP/x", b""]
HOSTS = [b"a", b"[::1]:80", b"a:80", b"A.B.", b"%41", b"", b"a b", b"x" * 900]


def text(random_):
    return b"".join(random_.choice(AWKWARD) for _ in range(random_.randrange(6))) + b"y" * random_.choice((0, 0, 0, 9, 700))


def request(random_):
    if random_.random() < 0.03:
        return bytes(random_.randrange(256) for _ in range(random_.randrange(1, 60))) + b"\r\n\r\n"
    lines = [b" ".join((random_.choice(METHODS), random_.choice(TARGETS), random_.choice(VERSIONS)))]
    if random_.random() < 0.95:
        lines.append(b"Host: " + random_.choice(HOSTS))
    for name in (b"Referer", b"User-Agent", b"X-Forwarded-For", b"User-Agent"):
        if random_.random() < 0.6:
            lines.append(name + b": " + text(random_))
    if random_.random() < 0.02:
        lines.append(b"no field")
    if random_.random() < 0.05:
        lines.append(b"Range: bytes=1-2")
    return b"\r\n".join(lines) + b"\r\n\r\n"


def main():
    random_ = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        with socket.create_connection(("198.18.0.2", 80), timeout=60) as peer:
            try:
                peer.sendall(b"".join(request(random_) for _ in range(random_.randrange(1, 12))))
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(1 << 20):
                    pass
            except ConnectionError:
                pass


main()
