#!/usr/bin/env bash
# Makes the passwords and the root key of a compose project, once: a secret that is there stays.
# A secret that the environment names is written instead, so `WATERTIGHT_ROOT_KEY=… docker compose up` replaces the one that was made.
set -euo pipefail

main() {
    local superuser
    keep superuser/password "${POSTGRES_PASSWORD:-}"
    superuser=$(< /secrets/superuser/password)
    keep superuser/url "postgres://postgres:$superuser@postgres:5432/postgres"
    keep owner/password "${WATERTIGHT_OWNER_PASSWORD:-}"
    keep roles/app "${WATERTIGHT_APP_PASSWORD:-}"
    keep roles/platform "${WATERTIGHT_PLATFORM_PASSWORD:-}"
    keep sealing/root_key "${WATERTIGHT_ROOT_KEY:-}" root_key
}

# keep FILE GIVEN [KIND]: writes what is given; if nothing is, and the file is not there yet, makes a secret.
keep() {
    local file=/secrets/$1 given=$2 kind=${3:-password} made
    [[ -z "$given" && -s "$file" ]] && return
    made=${given:-$(make_"$kind")}
    # The services that may read it have other users; which of them see it, their mounts decide.
    printf '%s\n' "$made" > "$file.new"
    chmod 0444 "$file.new"
    mv "$file.new" "$file"
}

make_root_key() {
    watertight root-key
}

# As many random bits, in letters that need no escape in a URL.
make_password() {
    watertight root-key | tr '+/' '-_' | tr -d '='
}

main
