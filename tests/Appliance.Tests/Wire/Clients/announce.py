"""Says in one ARP packet to everybody where an address is: announce.py INTERFACE 1|2 ADDRESS; a request or an answer."""
import socket
import struct
import sys


def main():
    device, operation, address = sys.argv[1], int(sys.argv[2]), socket.inet_aton(sys.argv[3])
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((device, 0))
    mac, everybody = wire.getsockname()[4], b"\xff" * 6
    header = everybody + mac + struct.pack("!H", 0x0806)
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + mac + address
    wire.send(header + body + (mac if operation == 2 else bytes(6)) + address)


main()
