"""Plays systemd: runs a command as a service of Type=notify, and prints what it says, a line for each datagram.

service_manager.py SOCKET WATCHDOG_USEC PIDFILE COMMAND...: SOCKET is a path, or '@' and a name. Ends with the status of
the service, once it has ended. Only the service's own process is listened to, as with NotifyAccess=main.
"""
import os
import socket
import struct
import subprocess
import sys
import threading


def main():
    path, watchdog, pid_file, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    server.bind("\0" + path[1:] if path.startswith("@") else path)
    environment = dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC=watchdog)
    service = subprocess.Popen(
        ["/bin/sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh", *command], env=environment)
    with open(pid_file, "w", encoding="ascii") as file:
        file.write(str(service.pid))

    def listen():
        while True:
            data, ancillary, _, _ = server.recvmsg(4096, socket.CMSG_SPACE(12))
            sender = struct.unpack("3i", ancillary[0][2][:12])[0]
            who = "main" if sender == service.pid else "other"
            print(who, data.decode().replace("\n", " "), flush=True)

    threading.Thread(target=listen, daemon=True).start()
    sys.exit(service.wait())


main()
