#!/bin/sh
# Redis with a password, a log of writes, and a limit: beyond it the keys that end soonest go first. All that is in it
# can be made again from the store. The password stands in a file of the container's own, never among the arguments.
set -eu
config=${CONFIG:-/tmp/redis.conf}
password=$(cat "${SECRET:-/run/secrets/redis}")
umask 077
cat >"$config" <<EOF
requirepass $password
appendonly yes
appendfsync everysec
maxmemory ${MAXMEMORY:-256mb}
maxmemory-policy volatile-ttl
dir ${DATA:-/data}
EOF
if [ "$(id -u)" -eq 0 ] && command -v gosu >/dev/null; then
  chown redis "$config"
  find "${DATA:-/data}" ! -user redis -exec chown redis {} +
  exec gosu redis redis-server "$config" "$@"
fi
exec redis-server "$config" "$@"
