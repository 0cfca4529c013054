#!/usr/bin/env bash
# Kills the service with SIGKILL while 16 writers send 10,000 keyed POSTs and repeat what was not answered; then there is exactly one
# row for each. On SQLite, or in the empty PostgreSQL database that CRASH_DATABASE_URL names. SERVICE_BINARY is the binary to test;
# without it a debug build is made.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ -z ${SERVICE_BINARY:-} ]]; then
  cargo build --locked --bin xinmiao
  SERVICE_BINARY=$PWD/target/debug/xinmiao
fi
exec python3 benches/crash.py "$SERVICE_BINARY" ${CRASH_DATABASE_URL:+"$CRASH_DATABASE_URL"}
