#!/usr/bin/env bash
# Makes the template and the Serverless endpoint of a worker's image, or brings those that are there up to date: by name, so that
# running it again makes no second one. Prints the endpoint's id. Needs curl, jq and RUNPOD_API_KEY (rights to write).
#   create.sh IMAGE [WORKERS_MAX]
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")"
image=${1:?usage: create.sh IMAGE [WORKERS_MAX]}
workers=${2:-}
: "${RUNPOD_API_KEY:?RUNPOD_API_KEY is not set}"
api=${RUNPOD_REST_URL:-https://rest.runpod.io/v1}

if ! [[ $image =~ :[A-Za-z0-9._-]+$|@sha256:[0-9a-f]{64}$ ]]; then
  echo "IMAGE is '$image'; allowed: an image with a tag or a digest, since workers keep an untagged one" >&2
  exit 2
fi
if [ -n "$workers" ] && ! [[ $workers =~ ^[1-9][0-9]{0,3}$ ]]; then
  echo "WORKERS_MAX is '$workers'; allowed: a whole number from 1 to 9999" >&2
  exit 2
fi

# call METHOD PATH [BODY]: the key goes in by standard input, where no list of processes shows it.
call() {
  local answer status
  answer=$(printf 'header = "Authorization: Bearer %s"\n' "$RUNPOD_API_KEY" | curl --silent --show-error --max-time 60 \
    --config - --request "$1" --header 'Content-Type: application/json' ${3:+--data "$3"} --write-out '\n%{http_code}' "$api$2")
  status=${answer##*$'\n'}
  if [[ $status != 2* ]]; then
    echo "$1 $api$2 was answered with $status: ${answer%$'\n'*}" >&2
    return 1
  fi
  printf '%s' "${answer%$'\n'*}"
}

# put PATH NAME BODY: creates what has no such name, else changes it. Prints the id. Looked up first, because an answer may be
# lost after RunPod has made the thing.
put() {
  local known id
  known=$(call GET "$1")
  id=$(jq -r --arg name "$2" '[.[] | select(.name == $name or .name == $name + " -fb")][0].id // empty' <<< "$known")
  if [ -z "$id" ]; then
    call POST "$1" "$3" | jq -er .id
  else
    # What a thing is of cannot be changed.
    call PATCH "$1/$id" "$(jq -c 'del(.isServerless, .category, .computeType)' <<< "$3")" > /dev/null
    echo "$id"
  fi
}

template=$(put /templates "$(jq -r .name template.json)" "$(jq -c --arg image "$image" '.imageName = $image' template.json)")
endpoint=$(put /endpoints "$(jq -r .name endpoint.json)" \
  "$(jq -c --arg id "$template" --arg max "$workers" '.templateId = $id | if $max != "" then .workersMax = ($max | tonumber) else . end' endpoint.json)")
echo "RUNPOD_ENDPOINT=$endpoint"
