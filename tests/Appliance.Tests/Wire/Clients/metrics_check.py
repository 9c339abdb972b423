"""Checks a file in Prometheus' text format (version 0.0.4): every sample has a help, a type and a number, a
counter is called _total, a histogram has buckets, and no sample comes twice."""

import re
import sys

helps, types, samples = set(), {}, set()
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    text = file.read()
assert text.endswith("\n") and "\r" not in text, "lines end with LF, the last one too"
for line in text.splitlines():
    if match := re.fullmatch(r"# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+", line):
        assert match[1] not in helps, line
        helps.add(match[1])
    elif match := re.fullmatch(r"# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)", line):
        assert match[1] not in types and match[1] in helps, line
        types[match[1]] = match[2]
    else:
        match = re.fullmatch(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? (\S+)', line)
        assert match, line
        float(match[3])
        name = match[1]
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        if types.get(base) == "histogram":
            assert (match[2] is not None) == name.endswith("_bucket"), line
        else:
            assert name in types, line
            assert (types[name] == "counter") == name.endswith("_total"), line
        assert (match[1], match[2]) not in samples, line
        samples.add((match[1], match[2]))
for protocol in "ftp", "http", "tcp":
    assert any(name.startswith(f"straightwire_{protocol}_") for name, _ in samples), protocol
