"""A wire between two interfaces: relay.py SERVER-SIDE CLIENT-SIDE [damage=PERCENT] [tag=NUMBER].

Hands on what arrives at either, with what the kernel says of checksums and segments (PACKET_VNET_HDR). Of the
frames to the server that carry at least 1,000 bytes by TCP, damage flips one bit each of so many; tag puts an
IEEE 802.1Q tag of that VLAN and priority 3 into all of them. The client's interface sends whole frames: its
offloads are off. Ends by SIGTERM, and prints how many frames it damaged.
"""

import random
import select
import signal
import socket
import struct
import sys

SOL_PACKET = 263
VNET_HEADER = 15
IGNORE_OUTGOING = 23
VNET_LENGTH = 10
PAYLOAD_MIN = 1000
LENGTH_AT = 12


def opened(name):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    link.setsockopt(SOL_PACKET, VNET_HEADER, 1)
    link.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    link.bind((name, 3))
    return link


def segment_of(frame):
    """Where the TCP segment begins and ends; None: it is none of some length."""
    if frame[22:24] != b"\x08\x00" or frame[33] != 6:
        return None
    start = VNET_LENGTH + 14 + (frame[24] & 15) * 4
    end = VNET_LENGTH + 14 + struct.unpack_from("!H", frame, 26)[0]
    return (start, end) if end - start - (frame[start + LENGTH_AT] >> 4) * 4 >= PAYLOAD_MIN else None


def ends(*_):
    print(damaged, flush=True)
    sys.exit(0)


options = dict(argument.split("=") for argument in sys.argv[3:])
percent = float(options.get("damage", 0))
tag = int(options["tag"]) if "tag" in options else None
chance = random.Random(1)
damaged = 0
server, client = (opened(name) for name in sys.argv[1:3])
signal.signal(signal.SIGTERM, ends)
print("ready", flush=True)
while True:
    readable, _, _ = select.select([server, client], [], [])
    for link in readable:
        for _ in range(64):
            try:
                frame = link.recv(70_000)
            except (BlockingIOError, OSError):
                break
            if link is client:
                if percent and (segment := segment_of(frame)) and chance.random() * 100 < percent:
                    place = chance.randrange(*segment)
                    place += place == segment[0] + LENGTH_AT  # Or it may be refused for that instead.
                    bits = bytearray(frame)
                    bits[place] ^= 1 << chance.randrange(8)
                    frame = bytes(bits)
                    damaged += 1
                if tag is not None:
                    frame = frame[:22] + struct.pack("!HH", 0x8100, 0x6000 | tag) + frame[22:]
            try:
                (server if link is client else client).send(frame)
            except OSError:
                pass  # Lost, as on a wire.
