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
  dev     as build, and PostgreSQL and Redis for `just dev`
  test    as build, and Docker, the images, the browser and third-party clients for `just test`
  (none)  everything

Each tool comes from its usual site if that can be reached, and otherwise from the packages of Debian,
crates.io, PyPI or npm. WATERTIGHT_SETUP_PACKAGES_ONLY=1 uses only the packages.
TEXT
}

main() {
    case "${1:-all}" in
        build) ready_to_build ;;
        dev)
            ready_to_build
            ready_to_run
            ;;
        test)
            ready_to_build
            ready_to_test
            ;;
        all)
            ready_to_build
            ready_to_test
            ready_to_run
            ;;
        -h | --help | help)
            usage
            return
            ;;
        *) fail "unknown part \`$1\`" "run \`./setup.sh\` for everything, or add one of \`build\`, \`dev\`, \`test\`" ;;
    esac
    summary
}

ready_to_build() {
    need_basics
    need_rust
    need_just
    need_wasm_target
    need_trunk
    need_wasm_bindgen
    need_wasm_opt
}

ready_to_test() {
    need_cargo_deny
    need_docker
    need_image postgres 17
    need_image redis 8
    # The tests of the cache start and kill their own redis-server.
    need_native_redis
    need_browser
    need_interop
}

ready_to_run() {
    need_databases
}

main "$@"
