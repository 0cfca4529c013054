#!/usr/bin/env bash
# Runs schemathesis against a fresh demo of the service on this machine, for at most five minutes.
#
#   lint/schemathesis.sh [SECONDS]
#
# SERVICE_BINARY  the program to test (default: the newer of the release and the debug build)
# SCHEMATHESIS    the `schemathesis` program (default: a virtual environment made from lint/requirements.txt)
# SCHEMATHESIS_SEED  the seed of its cases (default: 1, so that a run can be repeated; try others now and then)
# LINT_VENV       where that environment is kept (default: target/lint-venv)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
seconds=${1:-285}
[[ $seconds =~ ^[0-9]+$ ]] && ((seconds >= 1 && seconds <= 300)) || {
  echo "schemathesis: SECONDS must be a number from 1 to 300, not '$seconds'" >&2
  exit 2
}

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

folder=$(mktemp -d)
server=
finish() {
  local status=$?
  if [[ -n $server ]]; then
    kill -TERM "$server" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if ((status != 0)) && [[ -s $folder/server.log ]]; then
    echo "--- the last lines of the service's log" >&2
    tail -n 40 "$folder/server.log" >&2
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
password=$(python3 -c 'import secrets; print(secrets.token_urlsafe(24))')

# The service runs in its own folder and with its own environment: no settings of the caller are read, nothing is left behind.
(
  cd "$folder"
  exec env -i PATH="$PATH" XINMIAO_DEMO_PASSWORD="$password" XINMIAO_LISTEN="127.0.0.1:$port" XINMIAO_PUBLIC_URL="$base" \
    DATABASE_URL="sqlite://$folder/demo.db" "$binary" serve --demo >server.log 2>&1 </dev/null
) &
server=$!

# Waits for readiness, signs in and prints the access token.
ACCESS_TOKEN=$(BASE=$base SERVER=$server PASSWORD=$password python3 - <<'PYTHON'
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

body = json.dumps({"username": "manager", "password": os.environ["PASSWORD"]}).encode()
request = urllib.request.Request(base + "/v1/sessions", data=body, headers={"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request, timeout=10))["accessToken"])
PYTHON
)
export ACCESS_TOKEN

# From the temporary folder: whatever schemathesis keeps goes with it.
cd "$folder"
PYTHONPATH=$here SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONDONTWRITEBYTECODE=1 "$schemathesis" --config-file "$here/schemathesis.toml" --no-color run \
  --checks all --max-time "$seconds" --seed "${SCHEMATHESIS_SEED:-1}" "$base/v1/openapi.json"
