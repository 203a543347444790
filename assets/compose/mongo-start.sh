#!/usr/bin/env bash
# Makes the key by which members of the set know each other (once), then starts the server as its own user.
set -euo pipefail
keyfile=${KEYFILE:-/data/keyfile/keyfile}
if [ ! -s "$keyfile" ]; then
  umask 077
  head -c 768 /dev/urandom | base64 -w0 >"$keyfile.part"
  mv "$keyfile.part" "$keyfile"
fi
chmod 400 "$keyfile"
if [ "$(id -u)" -eq 0 ]; then
  chown -R mongodb:mongodb "$(dirname "$keyfile")" /data/db
  # The accounts are made by the health check, which runs as root and reads the secrets.
  exec gosu mongodb "$@"
fi
exec "$@"
