"""Fifty clients that list, download, upload and break off for a while. Arguments: address, seconds, the
server's process id, the content's directory. Ends with 1 when a transfer was wrong or something leaked."""

import ftplib
import hashlib
import io
import os
import random
import subprocess
import sys
import threading
import time
import urllib.request

host, seconds, pid, www = sys.argv[1], float(sys.argv[2]), sys.argv[3], sys.argv[4]
CLIENTS = 50
BACK = "connections", "ftp_clients", "content_files", "content_mapped_bytes"
done, faults = {}, []
lock = threading.Lock()
sums = {}
for name in "large.bin", "small.bin":
    with open(os.path.join(www, name), "rb") as file:
        sums[name] = hashlib.sha256(file.read()).digest()


def metrics():
    with urllib.request.urlopen(f"http://{host}:9180/metrics", timeout=30) as answer:
        samples = [line.split() for line in answer.read().decode().splitlines() if line[0] != "#"]
    totals = {}
    for name, value in samples:
        name = name.partition("{")[0].removeprefix("straightwire_")
        totals[name] = totals.get(name, 0) + float(value)
    return totals


def count(action):
    with lock:
        done[action] = done.get(action, 0) + 1


def of_process():
    mapped = [line for line in open(f"/proc/{pid}/maps") if www in line]
    return len(os.listdir(f"/proc/{pid}/fd")), sum("(deleted)" in line for line in mapped)


def download(ftp, chance):
    name = chance.choice(list(sums))
    digest = hashlib.sha256()
    ftp.retrbinary("RETR " + name, digest.update)
    assert digest.digest() == sums[name], name


def upload(ftp, chance, number):
    body = chance.randbytes(chance.choice([0, 1, 1000, 70_000, 700_000]))
    ftp.storbinary(f"STOR up/{number}.bin", io.BytesIO(body))
    with urllib.request.urlopen(f"http://{host}/up/{number}.bin", timeout=60) as answer:
        assert answer.read() == body, "what HTTP serves is what was stored"


def abort(ftp, command, chance):
    data = ftp.transfercmd(command)
    if command.startswith("RETR"):
        data.recv(chance.randrange(1, 100_000))
    else:
        data.sendall(bytes(chance.randrange(1, 100_000)))
    ftp.abort()
    ftp.getresp()
    data.close()


def session(number, chance):
    ftp = ftplib.FTP(host, timeout=120)
    ftp.login("publisher", "secret")
    ftp.set_pasv(chance.random() < 0.7)
    for _ in range(chance.randrange(1, 10)):
        action = chance.choice(["list", "download", "upload", "abort download", "abort upload", "names"])
        if action == "list":
            assert any(name == "large.bin" for name, _ in ftp.mlsd())
        elif action == "names":
            assert "/up" in ftp.nlst("/")[0] or ftp.nlst("up") is not None
        elif action == "download":
            ftp.voidcmd("TYPE I")
            download(ftp, chance)
        elif action == "upload":
            upload(ftp, chance, number)
        else:
            ftp.voidcmd("TYPE I")
            name = "RETR large.bin" if action == "abort download" else f"STOR up/{number}.bin"
            abort(ftp, name, chance)
        count(action)
    if chance.random() < 0.7:
        ftp.quit()
    else:
        ftp.close()


def program(number, chance):
    curl = ["curl", "-sS", "-m", "120", "--fail"]
    action = chance.choice(["curl", "curl upload", "lftp", "killed"])
    if action == "curl":
        way = chance.choice([["--epsv"], ["--disable-epsv"], ["-P", "-"]])
        client = subprocess.run(curl + way + [f"ftp://{host}/large.bin"], check=True, capture_output=True)
        body = client.stdout
        assert hashlib.sha256(body).digest() == sums["large.bin"]
    elif action == "curl upload":
        subprocess.run(curl + ["-u", "publisher:secret", "-T", os.path.join(www, "small.bin"),
                               f"ftp://{host}/up/{number}.bin"], check=True)
    elif action == "lftp":
        subprocess.run(["lftp", "-c", "set net:max-retries 3; set net:timeout 60; "
                        f"open {host}; cls -l /; cat small.bin"], check=True, stdout=subprocess.DEVNULL)
    else:
        way = chance.choice([["-o", "/dev/null"], ["-T", os.path.join(www, "large.bin")]])
        target = "large.bin" if way[0] == "-o" else f"up/killed{number}.bin"
        client = subprocess.Popen(curl + ["-u", "publisher:secret", "--limit-rate", "500k"] + way
                                  + [f"ftp://{host}/{target}"], stderr=subprocess.DEVNULL)
        time.sleep(chance.random())
        client.kill()
        client.wait()
    count(action)


def client(number, until):
    chance = random.Random(number)
    while time.monotonic() < until:
        try:
            (program if chance.random() < 0.2 else session)(number, chance)
        except Exception as fault:
            with lock:
                faults.append(f"client {number}: {type(fault).__name__}: {fault}")


def lost_frames(start, now):
    return start["pool_frames_free"] - now["pool_frames_free"]


def settled(start):
    """What is left when every client is gone: the metrics, once nothing is more than at the start."""
    for _ in range(300):
        now = metrics()
        if all(now[name] <= start[name] for name in BACK[:2]) \
                and lost_frames(start, now) <= 0 \
                and of_process()[1] == 0:
            break
        time.sleep(0.2)
    return now


# Of each shard HTTP keeps a frame from its first answer on, and none is passed over so many times.
for _ in range(64):
    urllib.request.urlopen(f"http://{host}/small.bin", timeout=60).close()
start, process = metrics(), of_process()
began = time.monotonic()
threads = [threading.Thread(target=client, args=(i, began + seconds)) for i in range(CLIENTS)]
for thread in threads:
    thread.start()
memory = []
while any(thread.is_alive() for thread in threads):
    time.sleep(1)
    memory.append((time.monotonic() - began, metrics()["process_resident_memory_bytes"]))

with ftplib.FTP(host, "publisher", "secret", timeout=60) as last:
    for name in last.nlst("up"):
        last.delete(name)
end, process_end = settled(start), of_process()
after_minute = [bytes_ for at, bytes_ in memory if at >= 60][:1]
print(f"{seconds:.0f} s:", ", ".join(f"{n} {action}" for action, n in sorted(done.items())))
for name in ("connections", "ftp_clients", "pool_frames_free", "content_files", "content_mapped_bytes",
             "process_resident_memory_bytes", "managed_memory_bytes"):
    was, is_now = start[name], end[name]
    print(f"{name}: {was:.0f} at the start, {is_now:.0f} at the end")
print(f"files open: {process[0]}, then {process_end[0]}; mappings of deleted files: {process_end[1]}")
print("resident MB each tenth:", [round(memory[i * len(memory) // 10][1] / 1e6) for i in range(10)])
for name in BACK:
    if end[name] != start[name]:
        faults.append(f"{name} is not what it was")
if lost_frames(start, end) > 0:
    faults.append("frames of the pool are lost")
if process_end[1] != 0 or process_end[0] > process[0] + 10:
    faults.append("files are held open or mapped")
if after_minute and end["process_resident_memory_bytes"] > 1.2 * after_minute[0] + 32e6:
    faults.append("memory has grown since the first minute")
for fault in faults[:20]:
    print(fault, file=sys.stderr)
sys.exit(1 if faults else 0)
