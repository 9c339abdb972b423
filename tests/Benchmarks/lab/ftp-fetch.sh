#!/bin/bash
# ftp-fetch.sh CLIENTS TRANSFERS URL: each client fetches the file so often in one session; prints seconds.
# NOOP before each: curl 7.88 sleeps for a second when the first answer it looks for, EPSV's otherwise, is there already.
set -e
urls=$(for ((i = 0; i < $2; i++)); do printf 'url = %s\noutput = /dev/null\n' "$3"; done)
start=$EPOCHREALTIME
clients=()
for ((i = 0; i < $1; i++)); do
  curl --silent --show-error --fail --quote NOOP --config - <<<"$urls" &
  clients+=($!)
done
for client in "${clients[@]}"; do wait "$client"; done
end=$EPOCHREALTIME
awk "BEGIN { printf \"%.6f\", $end - $start }"
