#!/usr/bin/env bash
# Starts PostgreSQL as the official image does. If the data directory is empty, it first creates the
# cluster, the role and the database that the environment names. Then the server runs in the foreground.
set -euo pipefail

main() {
    [[ "${1:-}" == -* ]] && set -- postgres "$@"
    [[ "${1:-}" == postgres ]] || exec "$@"
    if [[ "$(id -u)" == 0 ]]; then
        install -d -m 0700 -o postgres -g postgres "$PGDATA"
        install -d -m 3775 -o postgres -g postgres /var/run/postgresql
        chown -R postgres:postgres "$PGDATA"
        exec setpriv --reuid=postgres --regid=postgres --init-groups "${BASH_SOURCE[0]}" "$@"
    fi
    [[ -s "$PGDATA/PG_VERSION" ]] || first_start "$@"
    exec "$@"
}

first_start() {
    : "${POSTGRES_USER:=postgres}"
    : "${POSTGRES_DB:=$POSTGRES_USER}"
    : "${POSTGRES_HOST_AUTH_METHOD:=scram-sha-256}"
    [[ -n "${POSTGRES_PASSWORD_FILE:-}" ]] && POSTGRES_PASSWORD=$(< "$POSTGRES_PASSWORD_FILE")
    if [[ -z "${POSTGRES_PASSWORD:-}" && "$POSTGRES_HOST_AUTH_METHOD" != trust ]]; then
        echo "error: \`POSTGRES_PASSWORD\` is empty" >&2
        echo "hint: give a superuser password, for example \`-e POSTGRES_PASSWORD=…\`" >&2
        exit 1
    fi
    make_cluster
    # This first server listens on its socket only and logs to stdout; the second one logs to stderr. So a
    # client such as testcontainers, which waits for "ready to accept connections" on both, waits for the second.
    pg_ctl --wait -o "$(printf '%q ' "${@:2}" -c listen_addresses= )" start
    make_database
    run_init_files
    pg_ctl --wait -m fast stop
}

# Without the final flush to disk a start takes half the time. A cluster that a power cut damages here has to be created again.
make_cluster() {
    local arguments=()
    eval "arguments=(${POSTGRES_INITDB_ARGS:-})"
    initdb --no-sync --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") "${arguments[@]}"
    printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >> "$PGDATA/pg_hba.conf"
}

make_database() {
    [[ "$POSTGRES_DB" == postgres ]] && return
    run_sql --dbname postgres --set db="$POSTGRES_DB" <<< 'create database :"db";'
}

run_init_files() {
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sql) run_sql --dbname "$POSTGRES_DB" --file "$file" ;;
            *.sh) bash -e "$file" ;;
        esac
    done
}

run_sql() {
    PGPASSWORD="${POSTGRES_PASSWORD:-}" psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" "$@"
}

main "$@"
