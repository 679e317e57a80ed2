#!/bin/sh
# What a pod runs: the agent in the first process's place, so that it gets the provider's SIGTERM and its worker's orphans.
# With CHECKPOINT_STORE and TRAIN_COMMAND a training; else jobs of COORDINATOR_URL, done by WORKER_COMMAND or WORKER_URL.
set -eu
fanout=${FANOUT:-/usr/local/bin/fanout}
if [ -n "${TRAIN_COMMAND:-}" ]; then
  : "${CHECKPOINT_STORE:?CHECKPOINT_STORE is not set: a folder on a network volume, s3://bucket/prefix, or azure://container/prefix}"
  exec "$fanout" agent exec --checkpoint-dir "${CHECKPOINT_DIR:-checkpoints}" -- sh -c "$TRAIN_COMMAND"
fi
: "${COORDINATOR_URL:?COORDINATOR_URL is not set: the address of fanout serve}"
exec "$fanout" agent
