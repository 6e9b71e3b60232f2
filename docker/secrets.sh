#!/usr/bin/env bash
# Creates the passwords and the root key of a compose project. A stored secret is kept.
# A secret that the environment names replaces the stored one: `WATERTIGHT_ROOT_KEY=… docker compose up` sets another root key.
set -euo pipefail

main() {
    local superuser
    keep superuser/password "${POSTGRES_PASSWORD:-}"
    superuser=$(< /secrets/superuser/password)
    keep superuser/url "postgres://postgres:$superuser@postgres:5432/postgres"
    keep owner/password "${WATERTIGHT_OWNER_PASSWORD:-}"
    keep roles/app "${WATERTIGHT_APP_PASSWORD:-}"
    keep roles/platform "${WATERTIGHT_PLATFORM_PASSWORD:-}"
    keep roles/session "${WATERTIGHT_SESSION_PASSWORD:-}"
    keep sealing/root_key "${WATERTIGHT_ROOT_KEY:-}" root_key
    # Only compose.nodes.yaml has Grafana.
    [[ ! -d /secrets/grafana ]] || keep grafana/password "${GRAFANA_PASSWORD:-}"
}

# keep FILE GIVEN [KIND]: writes GIVEN to FILE. If GIVEN is empty and FILE does not exist, writes a new secret.
keep() {
    local file=/secrets/$1 given=$2 kind=${3:-password} made
    [[ -z "$given" && -s "$file" ]] && return
    made=${given:-$(make_"$kind")}
    # Readable by all: the services run as other users, and their mounts decide which files they see.
    printf '%s\n' "$made" > "$file.new"
    chmod 0444 "$file.new"
    mv "$file.new" "$file"
}

make_root_key() {
    watertight root-key
}

# 256 random bits, in characters that need no escape in a URL.
make_password() {
    watertight root-key | tr '+/' '-_' | tr -d '='
}

main
