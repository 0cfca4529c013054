# A throw-away PostgreSQL cluster for the test suite: a temporary folder, 127.0.0.1 alone, a free port.
# Sourced by .ci/run. start_postgres sets `postgres_url`; stop_postgres ends that cluster and nothing else.

postgres_folder=
postgres_bin=
postgres_user=
postgres_url=

find_postgres() {
  postgres_bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [[ -n $postgres_bin && -x $postgres_bin/initdb ]]
}

install_postgres() {
  # The package would set up and start a cluster of its own; only the programs are wanted.
  install_packages postgresql-common
  local conf=/etc/postgresql-common/createcluster.conf
  if grep -qsE "^#? *create_main_cluster" "$conf"; then
    sed -i -E 's/^#? *create_main_cluster.*/create_main_cluster = false/' "$conf"
  else
    echo 'create_main_cluster = false' >>"$conf"
  fi
  install_packages postgresql
}

# PostgreSQL refuses to run as root: as root its programs run as the system user `postgres`.
as_postgres() {
  if [[ -z $postgres_user ]]; then
    "$@"
  else
    (cd "$postgres_folder" && setpriv --reuid="$postgres_user" --regid="$postgres_user" --init-groups \
      env HOME="$postgres_folder" "$@")
  fi
}

start_postgres() {
  find_postgres || install_postgres
  find_postgres || { echo "no PostgreSQL server under /usr/lib/postgresql after installing it" >&2; return 1; }
  local version
  version=$("$postgres_bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)
  ((version >= 15)) || { echo "PostgreSQL 15 or newer is needed, found $version" >&2; return 1; }

  postgres_folder=$(mktemp -d /tmp/xinmiao-postgres.XXXXXX)
  if ((EUID == 0)); then
    postgres_user=postgres
    if ! id "$postgres_user" >/dev/null 2>&1; then
      postgres_user=xinmiao-ci
      id "$postgres_user" >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$postgres_user"
    fi
    chown "$postgres_user:" "$postgres_folder"
  fi

  as_postgres "$postgres_bin/initdb" --pgdata="$postgres_folder/data" --username=xinmiao --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$postgres_folder/initdb.log" 2>&1 || {
    cat "$postgres_folder/initdb.log" >&2
    return 1
  }

  local attempt port
  for attempt in 1 2 3 4 5; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # Nothing of this cluster outlives the run, so it need not survive a power cut.
    cat >"$postgres_folder/data/postgresql.auto.conf" <<EOF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 300
shared_buffers = '256MB'
fsync = off
synchronous_commit = off
full_page_writes = off
EOF
    if as_postgres "$postgres_bin/pg_ctl" --pgdata="$postgres_folder/data" --log="$postgres_folder/server.log" \
      --wait --timeout=60 --silent start >/dev/null; then
      postgres_url=postgres://xinmiao@127.0.0.1:$port/postgres
      "$postgres_bin/psql" --no-psqlrc --quiet --tuples-only --no-align --command 'select version()' "$postgres_url"
      return 0
    fi
    echo "the cluster did not start on port $port (attempt $attempt)" >&2
  done
  cat "$postgres_folder/server.log" >&2
  return 1
}

stop_postgres() {
  [[ -n $postgres_folder ]] || return 0
  if [[ -f $postgres_folder/data/postmaster.pid ]]; then
    as_postgres "$postgres_bin/pg_ctl" --pgdata="$postgres_folder/data" --mode=immediate --wait --silent stop || true
  fi
  rm -rf "$postgres_folder"
  postgres_folder=
}
