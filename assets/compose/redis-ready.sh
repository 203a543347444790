#!/bin/sh
# Succeeds once Redis answers to its password.
set -eu
REDISCLI_AUTH=$(cat "${SECRET:-/run/secrets/redis}")
export REDISCLI_AUTH
[ "$(redis-cli -p "${PORT:-6379}" ping)" = PONG ]
