#!/usr/bin/env bash
# Runs schemathesis against fresh demos of the service on this machine, as one account of the demo after another.
#
#   lint/schemathesis.sh                     as manager, officer, mentor and cadre, with the seed of the gate
#   lint/schemathesis.sh --role officer      as this account only; may be given more than once
#   lint/schemathesis.sh --seed 4242         with this seed; may be given more than once
#   lint/schemathesis.sh --seeds 5           with five seeds that were never tried, which are printed
#   lint/schemathesis.sh --seconds 60        at most so long for each run (default: 240 as manager, 140 as others; no more than 300)
#
# SERVICE_BINARY  the program to test (default: the newer of the release and the debug build)
# SCHEMATHESIS    the `schemathesis` program (default: a virtual environment made from lint/requirements.txt)
# LINT_VENV       where that environment is kept (default: target/lint-venv)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
seconds=
roles=()
seeds=()
# The gate is no lottery: its seeds are fixed.
gate_seeds=(1)

usage() {
  echo "schemathesis: $1; see the head of lint/schemathesis.sh" >&2
  exit 2
}
number() {
  [[ $2 =~ ^[0-9]+$ ]] && (($2 >= 1 && $2 <= $3)) || usage "$1 takes a number from 1 to $3, not '$2'"
}
while (($# > 0)); do
  (($# > 1)) || usage "$1 takes a value"
  case $1 in
    --role)
      [[ " manager officer mentor cadre " == *" $2 "* ]] || usage "the roles are manager, officer, mentor and cadre, not '$2'"
      roles+=("$2")
      ;;
    --seed) number "$1" "$2" 4294967295; seeds+=("$2") ;;
    --seeds)
      number "$1" "$2" 100
      for _ in $(seq "$2"); do seeds+=("$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')"); done
      ;;
    --seconds) number "$1" "$2" 300; seconds=$2 ;;
    *) usage "no option '$1'" ;;
  esac
  shift 2
done
((${#roles[@]} > 0)) || roles=(manager officer mentor cadre)
((${#seeds[@]} > 0)) || seeds=("${gate_seeds[@]}")

target=${CARGO_TARGET_DIR:-$root/target}
binary=${SERVICE_BINARY:-}
if [[ -z $binary ]]; then
  for candidate in "$target/release/xinmiao" "$target/debug/xinmiao"; do
    if [[ -x $candidate && (-z $binary || $candidate -nt $binary) ]]; then binary=$candidate; fi
  done
fi
[[ -n $binary && -x $binary ]] || {
  echo "schemathesis: no binary to test; build one with 'cargo build --locked' or name it in SERVICE_BINARY" >&2
  exit 2
}

schemathesis=${SCHEMATHESIS:-}
if [[ -z $schemathesis ]]; then
  venv=${LINT_VENV:-$target/lint-venv}
  if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --no-deps --requirement "$here/requirements.txt"
    "$venv/bin/python" -m pip check --quiet >/dev/null
    cp "$here/requirements.txt" "$venv/requirements.txt"
  fi
  schemathesis=$venv/bin/schemathesis
fi

folder=
server=
stop_service() {
  [[ -n $server ]] || return 0
  kill -TERM "$server" 2>/dev/null || true
  for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}
finish() {
  local status=$?
  stop_service
  if ((status != 0)) && [[ -n $folder && -s $folder/server.log ]]; then
    echo "--- the last lines of the service's log" >&2
    tail -n 40 "$folder/server.log" >&2
  fi
  rm -rf ${folder:+"$folder"}
  exit "$status"
}
trap finish EXIT

# Starts the service in its own folder and with its own environment: no settings of the caller are read, nothing is left behind.
start_service() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  base=http://127.0.0.1:$port
  password=$(python3 -c 'import secrets; print(secrets.token_urlsafe(24))')
  (
    cd "$folder"
    exec env -i PATH="$PATH" XINMIAO_DEMO_PASSWORD="$password" XINMIAO_LISTEN="127.0.0.1:$port" XINMIAO_PUBLIC_URL="$base" \
      DATABASE_URL="sqlite://$folder/demo.db" "$binary" serve --demo >server.log 2>&1 </dev/null
  ) &
  server=$!
}

# Waits for readiness, signs in as the role, keeps the document; prints the access token and the account's permissions.
sign_in() {
  BASE=$base SERVER=$server ROLE=$1 PASSWORD=$password DOCUMENT=$folder/openapi.json python3 - <<'PYTHON'
import json, os, sys, time, urllib.error, urllib.request

base, server = os.environ["BASE"], int(os.environ["SERVER"])
for _ in range(600):
    try:
        urllib.request.urlopen(base + "/readyz", timeout=2).read()
        break
    except (urllib.error.URLError, OSError):
        try:
            os.kill(server, 0)
        except ProcessLookupError:
            sys.exit("schemathesis: the service ended before it was ready")
        time.sleep(0.1)
else:
    sys.exit("schemathesis: the service was not ready within a minute")


def call(path, body=None, token=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + token} if token else {})
    request = urllib.request.Request(base + path, data=json.dumps(body).encode() if body else None, headers=headers)
    return urllib.request.urlopen(request, timeout=10).read()


credentials = {"username": os.environ["ROLE"], "password": os.environ["PASSWORD"]}
token = json.loads(call("/v1/sessions", credentials))["accessToken"]
permissions = json.loads(call("/v1/me", token=token))["permissions"]
with open(os.environ["DOCUMENT"], "wb") as file:
    file.write(call("/v1/openapi.json"))
print(token, ",".join(permissions))
PYTHON
}

# schemathesis calls a run passed whose only thread died over a reply; then it lacks most of the operations.
tested_all() {
  local selected tested
  selected=$(sed -n 's|^ *Selected: \([0-9]*\)/.*|\1|p' "$1")
  tested=$(sed -n 's|^ *Tested: \([0-9]*\).*|\1|p' "$1")
  if grep --quiet 'Exception in thread' "$1"; then
    echo "schemathesis: a thread of the run died" >&2
    return 1
  fi
  if [[ -z $selected || $selected != "$tested" ]]; then
    echo "schemathesis: ${tested:-none} of ${selected:-unknown} operations were tested" >&2
    return 1
  fi
}

# One run: this role, this seed, a fresh demo.
run() {
  local role=$1 seed=$2 signed_in permissions limit=$seconds examples=20
  # Most of what the others send is refused at the door, which half as many cases show.
  if [[ $role != manager ]]; then examples=10; fi
  if [[ -z $limit ]]; then
    if [[ $role == manager ]]; then limit=240; else limit=140; fi
  fi
  printf '\n--- schemathesis as %s, seed %s\n' "$role" "$seed"
  folder=$(mktemp -d)
  start_service
  signed_in=$(sign_in "$role")
  export ACCESS_TOKEN=${signed_in%% *}
  permissions=${signed_in##* }
  {
    cat "$here/schemathesis.toml"
    python3 "$here/expectations.py" "$folder/openapi.json" "$permissions"
  } >"$folder/schemathesis.toml"
  # From the temporary folder: whatever schemathesis keeps goes with it.
  (
    cd "$folder"
    PYTHONPATH=$here SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONDONTWRITEBYTECODE=1 "$schemathesis" \
      --config-file "$folder/schemathesis.toml" --no-color run \
      --checks all --max-examples "$examples" --max-time "$limit" --seed "$seed" "$base/v1/openapi.json"
  ) 2>&1 | tee "$folder/run.log"
  tested_all "$folder/run.log"
  stop_service
  rm -rf "$folder"
  folder=
}

for seed in "${seeds[@]}"; do
  for role in "${roles[@]}"; do
    run "$role" "$seed"
  done
done
