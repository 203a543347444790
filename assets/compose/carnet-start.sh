#!/bin/sh
# Puts the addresses with their passwords together, for this process alone.
set -eu
secrets=${SECRETS:-/run/secrets}
CARNET_STORE__URI="mongodb://carnet:$(cat "$secrets/mongo-carnet")@mongo:27017/?replicaSet=rs0&authSource=admin"
export CARNET_STORE__URI
exec "${CARNET:-carnet}" "$@"
