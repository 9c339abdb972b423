"""Reads stream, sequence number, timestamp and bytes of each segment that a server sent, and tells how many bytes were
sent again: they must be the same bytes, nothing may be missing, and no stream's timestamps may go back."""

import sys

resent = 0
streams = {}
for line in sys.stdin:
    stream, sequence, timestamp, payload = line.split()
    start, payload = int(sequence), bytes.fromhex(payload)
    data, known, latest = streams.get(stream, (bytearray(), bytearray(), int(timestamp)))
    assert (int(timestamp) - latest) % 2**32 < 2**31, line[:60]
    end = start + len(payload)
    data.extend(bytes(max(0, end - len(data))))
    known.extend(bytes(max(0, end - len(known))))
    if 1 in known[start:end]:
        again = [place for place in range(start, end) if known[place]]
        assert all(data[place] == payload[place - start] for place in again), line[:60]
        resent += len(again)
    data[start:end] = payload
    known[start:end] = b"\1" * len(payload)
    streams[stream] = data, known, int(timestamp)
for stream, (_, known, _) in streams.items():
    assert 0 not in known[1:], stream
print(resent)
