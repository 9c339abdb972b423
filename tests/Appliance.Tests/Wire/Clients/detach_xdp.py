"""Takes the XDP program from an interface, as `bpftool link detach` does: detach_xdp.py INTERFACE. Needs root."""
import ctypes
import json
import os
import struct
import subprocess
import sys

CALL = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
LINK_GET_FD_BY_ID, LINK_GET_NEXT_ID, LINK_DETACH, OBJ_GET_INFO_BY_FD = 30, 31, 34, 15
LIBC = ctypes.CDLL(None, use_errno=True)


def bpf(command, data):
    attributes = ctypes.create_string_buffer(data.ljust(64, b"\0"), 64)
    result = LIBC.syscall(CALL, command, attributes, 64)
    return result, attributes.raw


def program_of(descriptor):
    info = ctypes.create_string_buffer(128)
    bpf(OBJ_GET_INFO_BY_FD, struct.pack("IIQ", descriptor, 128, ctypes.addressof(info)))
    return struct.unpack("III", info.raw[:12])[2]


def main():
    links = json.loads(subprocess.check_output(["ip", "-json", "link", "show", "dev", sys.argv[1]]))
    # Numbers of programs are the machine's, and those of interfaces the namespace's.
    program, last = links[0]["xdp"]["prog"]["id"], 0
    while True:
        result, attributes = bpf(LINK_GET_NEXT_ID, struct.pack("I", last))
        if result < 0:
            sys.exit(f"no link has program {program}")
        last = struct.unpack("II", attributes[:8])[1]
        descriptor, _ = bpf(LINK_GET_FD_BY_ID, struct.pack("I", last))
        if descriptor >= 0 and program_of(descriptor) == program:
            result, _ = bpf(LINK_DETACH, struct.pack("I", descriptor))
            sys.exit(0 if result == 0 else os.strerror(ctypes.get_errno()))


main()
