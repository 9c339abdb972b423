"""Python's ftplib as somebody who reads: arguments are the server's address and the content's directory."""

import ftplib
import hashlib
import os
import socket
import sys

host, www = sys.argv[1:]


def local(name):
    with open(os.path.join(www, name), "rb") as file:
        return file.read()


def refused(code, command):
    try:
        reply = ftp.sendcmd(command)
    except (ftplib.error_perm, ftplib.error_temp) as fault:
        reply = str(fault)
    assert reply.startswith(code), (command, reply)


def fetch(name, **arguments):
    pieces = []
    ftp.retrbinary("RETR " + name, pieces.append, **arguments)
    return b"".join(pieces)


ftp = ftplib.FTP(host, timeout=20)
assert ftp.getwelcome().startswith("220 ")
refused("530", "LIST")
refused("503", "PASS early")
assert ftp.login().startswith("230")

# Names and facts.
names = sorted(os.listdir(www))
assert sorted(ftp.nlst()) == names
assert sorted(ftp.nlst("/sub")) == ["/sub/" + name for name in sorted(os.listdir(www + "/sub"))]
for name, facts in ftp.mlsd("/", ["type", "size", "modify"]):
    path = os.path.join(www, name)
    assert facts["type"] == ("dir" if os.path.isdir(path) else "file"), (name, facts)
    if facts["type"] == "file":
        assert int(facts["size"]) == os.path.getsize(path), (name, facts)
lines = []
ftp.dir(lines.append)
assert len(lines) == len(names), lines
refused("550", "SIZE text.txt")
ftp.voidcmd("TYPE I")
assert ftp.size("text.txt") == len(local("text.txt"))
assert ftp.sendcmd("MDTM text.txt") == "213 20200229123456"
refused("550", "SIZE none")

# Directories.
ftp.cwd("sub/deep")
assert ftp.pwd() == "/sub/deep"
ftp.cwd("..")
assert ftp.pwd() == "/sub"
for path in "..", "/..", "../../..", "/./sub/../..":
    ftp.cwd(path)
    assert ftp.pwd() == "/", path
refused("550", "CWD none")
refused("550", "CWD text.txt")

# Files: whole, from an offset, as text, over both kinds of data connections.
odd = 'spaces "quotes" ü€ and ;facts.txt'
large = local("large.bin")
for passive in True, False:
    ftp.set_pasv(passive)
    assert fetch("large.bin") == large
    assert fetch("large.bin", rest=len(large) - 12345) == large[-12345:]
    assert fetch("large.bin", rest=len(large)) == b""
    assert fetch("empty.bin") == b""
    assert fetch(odd) == local(odd)
lines = []
ftp.retrlines("RETR text.txt", lines.append)
assert lines == local("text.txt").decode().splitlines(), lines

# ABOR with urgent data in mid-transfer; the session goes on.
for _ in range(3):
    ftp.set_pasv(True)
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd("RETR large.bin")
    assert data.recv(1000)
    assert ftp.abort()[:3] == "426"
    assert ftp.getresp()[:3] == "226"
    data.close()
    assert ftp.sendcmd("NOOP")[:3] == "200"
assert hashlib.sha256(fetch("large.bin")).digest() == hashlib.sha256(large).digest()

# Whatever writes is refused, and what is odd is told apart.
for command in (
    "STOR new", "APPE text.txt", "STOU", "DELE text.txt", "MKD new", "RMD empty", "RNFR text.txt",
    "MFMT 20200101000000 text.txt", "XMKD new", "XRMD empty",
):
    refused("550", command)
refused("503", "RNTO new")
refused("550", "SITE CHMOD 777 text.txt")
refused("502", "SITE EXEC sh")
for command, code in {
    "": "50", "X" * 100: "502", "TYPE": "501", "TYPE E": "504", "STRU R": "504", "MODE B": "504",
    "REST 99999999999999999999": "501", "REST -1": "501", "PORT 1,2,3": "501", "EPRT |2|::1|1024|": "522",
    "PORT 198,18,0,1,0,22": "504", "PORT 198,18,0,9,200,1": "504", "EPSV 2": "522", "HELP RETR": "214",
    "NOOP " + "x" * 5000: "500", "STAT": "211", "RETR a\\b": "553", "RETR none": "550", "RETR sub": "550",
    "ALLO 10": "202", "ACCT me": "202", "SYST": "215", "FEAT": "211", "OPTS UTF8 ON": "200",
}.items():
    refused(code, command)

# EPSV ALL is honoured.
assert ftp.sendcmd("EPSV ALL")[:3] == "200"
refused("503", "PASV")
refused("503", "PORT 198,18,0,1,200,1")

# Names as bytes that are no UTF-8 are refused, and a line that never ends is.
ftp.sock.sendall(b"RETR \xc3(\r\n")
assert ftp.getline()[:3] == "553"
ftp.quit()

stream = socket.create_connection((host, 21), timeout=20)
stream.sendall(b"USER anonymous\r\nPASS x\r\nCWD sub\r\nPWD\r\nNOOP\r\nQUIT\r\n")
replies = b""
while piece := stream.recv(4096):
    replies += piece
codes = [line[:3] for line in replies.decode().split("\r\n") if line]
assert codes == ["220", "331", "230", "250", "257", "200", "221"], codes
