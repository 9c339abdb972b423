"""Python's ftplib as somebody who writes: address, user, password and the content's directory."""

import ftplib
import io
import os
import random
import sys

host, user, password, www = sys.argv[1:]


def refused(code, command):
    try:
        reply = ftp.sendcmd(command)
    except (ftplib.error_perm, ftplib.error_temp) as fault:
        reply = str(fault)
    assert reply.startswith(code), (command, reply)


def stored(name):
    with open(os.path.join(www, name), "rb") as file:
        return file.read()


def fetch(name):
    pieces = []
    ftp.retrbinary("RETR " + name, pieces.append)
    return b"".join(pieces)


body = random.Random(3).randbytes(2_000_003)
ftp = ftplib.FTP(host, user, password, timeout=30)
assert ftp.mkd("ftplib") == "/ftplib"
refused("550", "MKD ftplib")
ftp.cwd("ftplib")
before = ftp.mlsd()
assert list(before) == []

for passive in True, False:
    ftp.set_pasv(passive)
    ftp.storbinary("STOR body.bin", io.BytesIO(body))
    assert stored("ftplib/body.bin") == body and fetch("body.bin") == body
    ftp.voidcmd("TYPE I")
    assert ftp.size("body.bin") == len(body)
    ftp.storbinary("STOR empty.bin", io.BytesIO(b""))
    assert stored("ftplib/empty.bin") == b"" and ftp.size("empty.bin") == 0

# Text is stored with the lines' ends of Unix.
ftp.storlines("STOR lines.txt", io.BytesIO(b"one\ntwo\r\nthree\n"))
assert stored("ftplib/lines.txt") == b"one\ntwo\nthree\n"

# On from an offset, and at the end.
ftp.storbinary("STOR body.bin", io.BytesIO(b"tail"), rest=1000)
assert stored("ftplib/body.bin") == body[:1000] + b"tail"
ftp.storbinary("APPE body.bin", io.BytesIO(body))
assert stored("ftplib/body.bin") == body[:1000] + b"tail" + body
ftp.storbinary("APPE new.bin", io.BytesIO(b"new"))
assert stored("ftplib/new.bin") == b"new"

# A name that nobody has.
for _ in range(2):
    ftp.storbinary("STOU", io.BytesIO(b"unique"))
assert sum(stored("ftplib/" + name) == b"unique" for name in ftp.nlst()) == 2

# ABOR leaves what was there.
ftp.set_pasv(True)
data = ftp.transfercmd("STOR new.bin")
data.sendall(body)
assert ftp.abort()[:3] == "426"
assert ftp.getresp()[:3] == "226"
data.close()
assert stored("ftplib/new.bin") == b"new" and fetch("new.bin") == b"new"

# Names, times, directories.
ftp.rename("new.bin", 'renamed "ü".bin')
assert stored('ftplib/renamed "ü".bin') == b"new"
refused("550", "MLST new.bin")
assert ftp.sendcmd('MFMT 20010203040506 renamed "ü".bin')[:3] == "213"
assert ftp.sendcmd('MDTM renamed "ü".bin') == "213 20010203040506"
assert os.path.getmtime(os.path.join(www, 'ftplib/renamed "ü".bin')) == 981173106
ftp.mkd("inner")
ftp.rename("inner", "other")
ftp.storbinary("STOR other/file", io.BytesIO(b"x"))
refused("550", "RMD other")
ftp.delete("other/file")
ftp.rmd("other")
assert not os.path.exists(os.path.join(www, "ftplib/other"))
refused("550", "DELE none")
refused("550", "RMD none")
for name in ".hidden/file", "none/file", "/", "a\\b":
    refused("553", "STOR " + name)

for name in ftp.nlst():
    ftp.delete(name)
ftp.cwd("/")
ftp.rmd("ftplib")
assert not os.path.exists(os.path.join(www, "ftplib"))
ftp.quit()
