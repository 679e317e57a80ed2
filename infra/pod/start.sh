#!/bin/sh
# What a pod runs. With CHECKPOINT_STORE and TRAIN_COMMAND a training; else jobs of COORDINATOR_URL, done by WORKER_COMMAND or WORKER_URL.
# The agent gets the provider's SIGTERM at once: in the first process's place, or from here.
set -eu
fanout=${FANOUT:-/usr/local/bin/fanout}
if [ -z "${TRAIN_COMMAND:-}" ]; then
  : "${COORDINATOR_URL:?COORDINATOR_URL is not set: the address of fanout serve}"
  exec "$fanout" agent
fi

: "${CHECKPOINT_STORE:?CHECKPOINT_STORE is not set: a folder on a network volume, s3://bucket/prefix, or azure://container/prefix}"
asked=
trap 'asked=1; kill -TERM "$agent"' TERM INT
"$fanout" agent exec --checkpoint-dir "${CHECKPOINT_DIR:-checkpoints}" -- sh -c "$TRAIN_COMMAND" &
agent=$!
while :; do
  wait "$agent" && code=0 || code=$?
  kill -0 "$agent" 2> /dev/null || break # A signal ends the wait as well.
done

# 0: the training is done. 4: another pod has taken it over. A container that was started once more after its end would train again, or take
# the store back: so this one is ended for good by WHEN_DONE, or waits for a person.
case "$asked $code" in
  ' 0' | ' 4')
    trap 'kill $! 2> /dev/null || true; exit "$code"' TERM INT
    if [ -n "${WHEN_DONE:-}" ]; then sh -c "$WHEN_DONE"; fi
    if [ -n "${RUNPOD_POD_ID:-}" ]; then
      echo "The agent ended with exit code $code, and this pod is of no more use: terminate it."
      while :; do
        sleep 3600 > /dev/null &
        wait $!
      done
    fi
    ;;
esac
exit "$code"
