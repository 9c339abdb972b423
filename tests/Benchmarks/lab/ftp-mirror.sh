#!/bin/bash
# ftp-mirror.sh SECONDS HOST FILES: mirrors the folder "mirror" into memory over and over; prints seconds.
set -e
target=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$target"' EXIT
until=$((SECONDS + $1))
while
  start=$EPOCHREALTIME
  lftp --norc -e "mirror --parallel=4 mirror $target/mirror; exit" "$2"
  end=$EPOCHREALTIME
  files=$(find "$target" -type f -size +0 | wc -l)
  ((files == $3)) || { echo "$files files instead of $3"; exit 1; }
  rm -rf "$target/mirror"
  awk "BEGIN { printf \"%.6f\n\", $end - $start }"
  ((SECONDS < until))
do :; done
