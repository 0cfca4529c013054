#!/usr/bin/env bash
# Measures the service against its floors and prints a table: benches/run.sh [sqlite|postgres] [SCALE].
# Needs Debian's wrk, and for PostgreSQL its server programs (pgbench). Everything runs on 127.0.0.1 and ends by itself.
set -euo pipefail
cd "$(dirname "$0")/.."
database=${1:-sqlite}
scale=${2:-1}
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 2; }
cargo build --release --locked --bin xinmiao --example floor
if [[ $database == postgres ]]; then
  install_packages() { apt-get install -y -q "$@"; }
  # shellcheck source=../.ci/postgres.sh
  . .ci/postgres.sh
  trap stop_postgres EXIT
  start_postgres
  export BENCH_POSTGRES_URL=$postgres_url
  PATH=$postgres_bin:$PATH
fi
python3 benches/measure.py "$database" "$scale"
