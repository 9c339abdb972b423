"""Bounces, theft of a data port, floods, lines of 64 KB and Telnet sequences: 198.18.0.9 is another peer."""

import socket
import sys
import threading

host = sys.argv[1]


def connect():
    peer = socket.create_connection((host, 21), timeout=30)
    reply(peer)
    return peer


def reply(peer):
    line = b""
    while not line.endswith(b"\r\n"):
        more = peer.recv(1)
        if not more:
            break
        line += more
    return line.decode(errors="replace").strip()


def ask(peer, line):
    peer.sendall(line + b"\r\n")
    return reply(peer)


def expect(code, answer):
    print(answer)
    assert answer.startswith(code), (code, answer)


def log_in():
    peer = connect()
    expect("331", ask(peer, b"USER anonymous"))
    expect("230", ask(peer, b"PASS me@example.com"))
    return peer


peer = log_in()
for bounce in (
    b"PORT 198,18,0,9,19,136", b"PORT 198,18,0,1,0,22", b"PORT 127,0,0,1,19,136",
    b"EPRT |1|198.18.0.9|5000|", b"EPRT |1|198.18.0.1|22|",
):
    expect("50", ask(peer, bounce))

port = int(ask(peer, b"EPSV").split("|||")[1].split("|")[0])
try:
    socket.create_connection((host, port), timeout=3, source_address=("198.18.0.9", 0))
    raise AssertionError("the data port answers a stranger")
except OSError as refused:
    print("a stranger:", refused)
data = socket.create_connection((host, port), timeout=30)
expect("150", ask(peer, b"LIST"))
assert data.recv(1000), "its owner is served after that"

peer = log_in()
peer.sendall(b"A" * 6000 + b"\r\nNOOP\r\n")
expect("500", reply(peer))
expect("200", reply(peer))
peer.sendall(b"A" * 70_000)
expect("500", reply(peer))
expect("421", reply(peer))

peer = log_in()
count = 20_000
sender = threading.Thread(target=lambda: peer.sendall(b"NOOP\r\n" * count))
sender.start()
seen = 0
while seen < count:
    seen += peer.recv(65536).count(b"\r\n")
sender.join()

unread = log_in()
unread.settimeout(2)
try:
    unread.sendall(b"NOOP\r\n" * 500_000)
    raise AssertionError("commands are taken though no reply is read")
except TimeoutError:
    print("who reads no replies is held")
log_in()

for sequence, code in (
    (b"\xff\xf4\xff\xf2ABOR\r\n", "226"),
    (b"\xff\xfb\x01\xff\xfd\x03NOOP\r\n", "200"),
    (b"\xff\xfa\x18\x01\xff\xf0NOOP\r\n", "200"),
    (b"SIZE a\xff\xffb\r\n", "553"),
    (b"SIZE a\r\0b\r\n", "553"),
    (b"SIZE a\x1b[2Jb\r\n", "553"),
    (b"NO\0OP\r\n", "502"),
):
    peer = log_in()
    peer.sendall(sequence)
    expect(code, reply(peer))
