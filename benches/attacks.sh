#!/usr/bin/env bash
# Attacks a demo of the release binary from this machine, as SECURITY.md describes, and prints what each attack came to beside the goal.
# SERVICE_BINARY is the binary to attack; without it a release build is made. Everything runs on 127.0.0.1 and ends by itself within
# five minutes. Exits with 1 where a goal is missed.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ -z ${SERVICE_BINARY:-} ]]; then
  cargo build --release --locked --bin xinmiao
  SERVICE_BINARY=$PWD/target/release/xinmiao
fi
exec python3 benches/attacks.py "$SERVICE_BINARY"
