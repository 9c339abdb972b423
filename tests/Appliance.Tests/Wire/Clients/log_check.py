"""Reads the logs of requests that a server wrote, as other programs do: python3 log_check.py COMBINED JSON METRICS FILTER.

All of them tell of the same requests, and of as many as the metrics; nothing in them is unreadable."""
import collections
import json
import re
import subprocess
import sys
import unicodedata

combined, objects, metrics, rules = sys.argv[1:]
LINE = re.compile(
    r'(?P<host>\S+):80 (?P<client>[0-9.]+) - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "(?P<request>[^"]*)" '
    r'(?P<status>\d{3}) (?P<bytes>\d+|-) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)"')
FORMAT = ('{"ts":"%x.%^","client":"%h","host":"%v","target":"%U","status":"%s","bytes":"%b","duration":"%D",'
          '"referer":"%R","userAgent":"%u"}')


def lines_of(name):
    with open(name, "rb") as file:
        text = file.read()
    assert text.endswith(b"\n")
    return text[:-1].split(b"\n")


def goaccess(name, *options):
    subprocess.run(
        ["goaccess", name, *options, "-o", "report.json", "--no-progress", "--no-global-config",
         "--invalid-requests=invalid"], check=True, stdout=subprocess.DEVNULL)
    with open("report.json", encoding="utf-8") as file:
        general = json.load(file)["general"]
    with open("invalid", encoding="utf-8", errors="replace") as file:
        invalid = file.read()
    return general["total_requests"], general["failed_requests"], invalid


def banned(name):
    out = subprocess.run(["fail2ban-regex", name, rules], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"^Lines: .*, (\d+) matched,", out, re.M).group(1))


statuses = collections.Counter()
refused = 0
with open("refused", "w", encoding="ascii") as changed:
    for line in lines_of(combined):
        assert all(0x20 <= octet <= 0x7e for octet in line), line
        fields = LINE.fullmatch(line.decode("ascii"))
        assert fields, line
        statuses[fields["status"]] += 1
        start, end = fields.span("status")
        status = {"404": "403", "400": "401", "501": "429"}.get(fields["status"], fields["status"])
        refused += status in ("401", "403", "429")
        changed.write(f"{fields.string[:start]}{status}{fields.string[end:]}\n")

seen = collections.Counter()
backslashes = 0
for line in lines_of(objects):
    shown = line.decode("utf-8")
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Cs") for character in shown), line
    record = json.loads(shown)
    seen[str(record["status"])] += 1
    backslashes += (record["target"] or "").endswith("\\")
    assert record["client"] == record["peer"] == "198.18.0.1" and 0 < record["port"] < 65536, record
    assert record["acked"] is None or record["acked"] == record["bytes"], record
assert seen == statuses, (seen, statuses)

told = collections.Counter()
for sample in open(metrics, encoding="utf-8"):
    if match := re.match(r'straightwire_http_requests_total\{code="(\d+)"\} (\d+)', sample):
        told[match[1]] += int(match[2])
assert +told == statuses, (told, statuses)
assert len(statuses) > 8 and min(statuses[code] for code in ("200", "400", "404", "501")) > 0, statuses

count = sum(statuses.values())
# goaccess 1.7 takes a backslash at the end of a path for the begin of an escape, however JSON has it.
for name, unread, options in (
        (combined, 0, ["--log-format=VCOMBINED"]),
        (objects, backslashes, [f"--log-format={FORMAT}", "--datetime-format=%Y-%m-%dT%H:%M:%S"])):
    total, failed, invalid = goaccess(name, *options)
    assert (total, failed) == (count, unread), (name, total, failed, count, invalid[:999])
assert banned(combined) == 0
assert banned("refused") == refused > 0, refused
print(f"ok {count}" if count > 1000 else f"only {count}")
