#!/usr/bin/env bash
# Our engine, its floor and the peers by turns, then a table of medians. Options go to compare.mjs.
# Needs Linux, npm, the .NET 10 SDK and PostgreSQL's server programs; as root also its user postgres.
set -euo pipefail
cd "$(dirname "$0")"

npm install --no-audit --no-fund --no-package-lock --loglevel=error
dotnet build -c Release .. --verbosity quiet
program=$(dotnet msbuild .. -p:Configuration=Release -getProperty:TargetPath)

# A PostgreSQL of its own with the durability it has by default, gone afterwards.
PEERS_POSTGRES=$(mktemp -d)
export PEERS_POSTGRES
programs=$(find /usr/lib/postgresql /usr/local/bin /usr/bin -name initdb 2>/dev/null | sort --version-sort | tail -1)
programs=$(dirname "${programs:?initdb was not found; install the PostgreSQL server}")
as_owner() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else bash -c "$1"; fi; }
stop() {
  as_owner "'$programs/pg_ctl' -D $PEERS_POSTGRES/data -m fast stop" >/dev/null || true
  rm -rf "$PEERS_POSTGRES"
}
trap stop EXIT
if [ "$(id -u)" = 0 ]; then chown postgres "$PEERS_POSTGRES"; fi
as_owner "'$programs/initdb' -D $PEERS_POSTGRES/data -A trust -U postgres" >/dev/null
settings="-p ${PEERS_PORT:-55432} -c listen_addresses=127.0.0.1 -c unix_socket_directories=$PEERS_POSTGRES"
settings+=" -c max_connections=200 -c shared_buffers=512MB"
as_owner "'$programs/pg_ctl' -D $PEERS_POSTGRES/data -l $PEERS_POSTGRES/log -o '$settings' -w start" >/dev/null

node_modules/.bin/node compare.mjs --program "$program" "$@"
node_modules/.bin/node table.mjs
