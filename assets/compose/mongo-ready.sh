#!/usr/bin/env bash
# Succeeds once the server takes writes and carnet's account is there; makes the set and the accounts where they are
# missing. Passwords go through the environment of mongosh: an argument could be seen by others on the machine.
set -euo pipefail
read -r MONGO_ROOT </run/secrets/mongo-root || [ -n "${MONGO_ROOT:-}" ]
read -r MONGO_CARNET </run/secrets/mongo-carnet || [ -n "${MONGO_CARNET:-}" ]
export MONGO_ROOT MONGO_CARNET
exec mongosh --quiet --norc "mongodb://localhost:27017/?directConnection=true" /carnet/mongo-ready.js
