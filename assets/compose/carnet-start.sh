#!/bin/sh
# Puts the addresses with their passwords together, for this process alone.
set -eu
secrets=${SECRETS:-/run/secrets}
CARNET_STORE__URI="mongodb://carnet:$(cat "$secrets/mongo-carnet")@mongo:27017/?replicaSet=rs0&authSource=admin"
CARNET_CACHE__URI="redis://:$(cat "$secrets/redis")@redis:6379"
export CARNET_STORE__URI CARNET_CACHE__URI
exec "${CARNET:-carnet}" "$@"
