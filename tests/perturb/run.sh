#!/usr/bin/env bash
# Runs a test project again and again with threads that are late (see late.c) and says which tests failed how often. Needs gcc and glibc.
#   tests/perturb/run.sh PROJECT [TIMES] [arguments of dotnet test, such as --filter Name~Watchdog]
set -uo pipefail
[ $# -ge 1 ] && [ -d "$1" ] || { sed -n '2,3s/^# *//p' "$0"; echo "PROJECT: a folder of a test project"; exit 2; }
project=$1; shift
times=10
if [[ ${1:-} =~ ^[0-9]+$ ]]; then times=$1; shift; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -Wall -shared -fPIC -o "$work/late.so" "$(dirname "$0")/late.c" -ldl || exit 1
dotnet build -c Release "$project" > "$work/build" || { tail -20 "$work/build"; exit 1; }

for ((run = 1; run <= times; run++)); do
  LD_PRELOAD=$work/late.so dotnet test -c Release --no-build "$project" "$@" > "$work/$run" 2>&1
  echo "run $run of $times: $(grep -E '(Passed|Failed)!' "$work/$run" || tail -1 "$work/$run")"
done
echo
grep -hoP '^  Failed \K\S+' "$work"/[0-9]* | sort | uniq -c | sort -rn | grep . || echo "no test failed"
