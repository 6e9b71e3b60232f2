#!/usr/bin/env bash
# Installs what Watertight needs if it is missing, and prints what it did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for part in setup/*.sh; do
    # shellcheck source=/dev/null
    source "$part"
done

usage() {
    cat <<'TEXT'
usage: ./setup.sh [build|dev|test]

  build   the tools to build the server and the pages
  dev     as build, and PostgreSQL and Redis for `just dev`, and Trunk for `just ui`
  test    as build, and Docker, the images, session stores, HAProxy, the browser and third-party clients for `just test`,
          and the checkers of manifests for `just lint`
  (none)  everything

Each tool comes from its usual site if that can be reached, and otherwise from the packages of Debian,
crates.io, PyPI or npm. WATERTIGHT_SETUP_PACKAGES_ONLY=1 uses only the packages.
TEXT
}

main() {
    local part=${1:-all}
    case $part in
        build | dev | test | all) ;;
        -h | --help | help)
            usage
            return
            ;;
        *) fail "unknown part \`$part\`" "run \`./setup.sh\` for everything, or add one of \`build\`, \`dev\`, \`test\`" ;;
    esac
    step packages need_packages "$part"
    step basics need_basics
    case $part in test | all) step docker need_docker ;; esac
    beside tools "$part"
    beside libraries "$part"
    beside services "$part"
    wait_for_all
    summary
}

# What cargo may have to compile: one after the other, because each compilation uses all processors.
tools() {
    step rust need_rust
    step just need_just
    step wasm-target need_wasm_target
    step wasm-bindgen need_wasm_bindgen
    case $1 in
        test | all)
            step cargo-deny need_cargo_deny
            step dynoxide need_dynoxide
            ;;
    esac
    # Only `just ui` needs it.
    case $1 in dev | all) step trunk need_trunk ;; esac
}

# What npm and pip download.
libraries() {
    step wasm-opt need_wasm_opt
    case $1 in
        test | all)
            step interop need_interop
            step manifests need_manifest_checkers
            ;;
    esac
}

# What `just dev` and the tests start.
services() {
    case $1 in
        dev) step databases need_databases ;;
        test | all)
            step postgres-image need_image postgres 17
            step redis-image need_image redis 8
            step valkey-image need_image valkey/valkey 8
            # Some tests start and kill their own redis-server.
            step redis need_native_redis
            step memcached need_memcached
            step haproxy need_haproxy
            step browser need_browser
            ;;
    esac
}

main "$@"
