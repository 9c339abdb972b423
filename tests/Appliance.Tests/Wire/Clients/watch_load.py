"""Changes content in every way that deploys do, while readers fetch it without a pause: each change is served, no
answer fails, and none is of two versions. Prints how long changes took to be served."""

import os
import shutil
import socket
import sys
import threading
import time

host, www, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
FILES = 1000
SMALL, LARGE = 400, 60_000
faults = []
answers = 0
ended = threading.Event()


def body(version, lines=SMALL):
    return b"%08d\n" % version * lines


class Connection:
    def __init__(self):
        self.peer = socket.create_connection((host, 80), timeout=30)
        self.rest = b""

    def get(self, path):
        self.peer.sendall(b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode())
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields[b"content-length"])
        while len(self.rest) < length:
            self.more()
        answer, self.rest = self.rest[:length], self.rest[length:]
        return int(head[9:12]), answer

    def more(self):
        got = self.peer.recv(1 << 20)
        if not got:
            raise ConnectionError("closed within an answer")
        self.rest += got


def write(path, data):
    with open(os.path.join(www, path), "wb") as file:
        file.write(data)


def rename(path, data):
    write(".new", data)
    os.rename(os.path.join(www, ".new"), os.path.join(www, path))


def swap_link(version):
    release = os.path.join(www, ".releases", str(version))
    os.makedirs(release)
    write(f".releases/{version}/page", body(version))
    os.symlink(f".releases/{version}", os.path.join(www, ".link"))
    os.rename(os.path.join(www, ".link"), os.path.join(www, "current"))
    shutil.rmtree(os.path.join(www, ".releases", str(version - 4)), ignore_errors=True)


def fill(path, version):
    os.makedirs(os.path.join(www, path))
    for i in range(FILES):
        write(f"{path}/{i}", body(version, 10))


def swap_directory(version):
    fill(".staged", version)
    begun = time.monotonic()
    os.rename(os.path.join(www, "tree"), os.path.join(www, ".old"))
    os.rename(os.path.join(www, ".staged"), os.path.join(www, "tree"))
    shutil.rmtree(os.path.join(www, ".old"))
    return begun


CHANGES = {
    "written": lambda version: write("written", body(version)),
    "renamed": lambda version: rename("renamed", body(version)),
    "large": lambda version: rename("large", body(version, LARGE)),
    "current/page": swap_link,
    "tree/999": swap_directory,
}


def read(number):
    global answers
    connection = Connection()
    paths = [*CHANGES, f"tree/{number}"]
    while not ended.is_set():
        for path in paths:
            status, got = connection.get(path)
            answers += 1
            if status != 200 or got != got[:9] * (len(got) // 9) or not got:
                faults.append(f"{path}: {status}, {len(got)} bytes of {sorted(set(got.split()))[:3]}")


def guarded(number):
    try:
        read(number)
    except Exception as problem:
        faults.append(repr(problem))


os.makedirs(os.path.join(www, ".releases", "0"))
write(".releases/0/page", body(0))
os.symlink(".releases/0", os.path.join(www, "current"))
fill("tree", 0)
for path in ("written", "renamed"):
    write(path, body(0))
write("large", body(0, LARGE))
looker = Connection()
for path in CHANGES:
    while looker.get(path)[0] != 200:
        time.sleep(0.02)

readers = [threading.Thread(target=guarded, args=(number,)) for number in range(4)]
for reader in readers:
    reader.start()
took = {path: [] for path in CHANGES}
version, until = 0, time.monotonic() + seconds
while time.monotonic() < until and not faults:
    version += 1
    for path, change in CHANGES.items():
        begun = time.monotonic()
        begun = change(version) or begun
        while not (got := looker.get(path)[1]).startswith(b"%08d\n" % version):
            if time.monotonic() > begun + 30:
                faults.append(f"{path} is not served in its version {version}, but {got[:9]}")
                break
            time.sleep(0.001)
        took[path].append(time.monotonic() - begun)
ended.set()
for reader in readers:
    reader.join()
for path, times in took.items():
    times.sort()
    median, late = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"{path}: {len(times)} changes, p50 {median * 1000:.0f} ms, p99 {late * 1000:.0f} ms")
print(f"{answers} answers")
sys.exit("\n".join(faults[:10]) if faults else 0)
