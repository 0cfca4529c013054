#!/usr/bin/env bash
# Kills the service with SIGKILL while 16 writers work, again and again until 2,000 writes were acknowledged, and looks for
# every acknowledged write afterwards. SERVICE_BINARY is the binary to test; without it a debug build is made.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ -z ${SERVICE_BINARY:-} ]]; then
  cargo build --locked --bin xinmiao
  SERVICE_BINARY=$PWD/target/debug/xinmiao
fi
exec python3 benches/crash.py "$SERVICE_BINARY"
