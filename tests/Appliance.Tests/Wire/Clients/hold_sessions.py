"""Many sessions, held: arguments are the address, how many, a file that is made when all are there, and one
that lets them go on. Each lists the directory after that."""

import os
import socket
import sys
import time

host, count, ready, release = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


def expect(stream, code, replies=1):
    received = b""
    while received.count(b"\n") < replies:
        piece = stream.recv(4096)
        assert piece, received
        received += piece
    last = received.decode().splitlines()[-1]
    assert last.startswith(code), received
    return last


streams = [socket.create_connection((host, 21), timeout=60) for _ in range(count)]
for stream in streams:
    stream.sendall(b"USER ftp\r\nPASS me@\r\n")
for stream in streams:
    expect(stream, "230", 3)
open(ready, "w").close()
while not os.path.exists(release):
    time.sleep(0.05)
for stream in streams:
    stream.sendall(b"PWD\r\n")
for stream in streams:
    expect(stream, "257")
listed = set()
for stream in streams[:100]:
    stream.sendall(b"EPSV\r\n")
    port = int(expect(stream, "229").split("|")[3])
    data = socket.create_connection((host, port), timeout=60)
    stream.sendall(b"NLST\r\nQUIT\r\n")
    listing = b""
    while piece := data.recv(65536):
        listing += piece
    listed.add(listing)
    while stream.recv(4096):
        pass
assert len(listed) == 1 and listed.pop(), "all see the same names"
