#!/usr/bin/env bash
# Installs what Watertight needs, each thing only where it is missing, and says what it did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for part in setup/*.sh; do
    # shellcheck source=/dev/null
    source "$part"
done

usage() {
    cat <<'TEXT'
usage: ./setup.sh [build|dev|test]

  build   what building the server and the pages needs
  dev     that, and PostgreSQL and Redis for `just dev`
  test    that, and Docker, the images, the browser and other people's clients for `just test`
  (none)  all of it

Each thing comes the ordinary way where that can be reached, and from Debian's, crates', PyPI's or npm's
packages where it cannot. WATERTIGHT_SETUP_PACKAGES_ONLY=1 goes straight to the packages.
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
        *) fail "no part is called \`$1\`" "say \`./setup.sh\` for everything, or one of \`build\`, \`dev\`, \`test\`" ;;
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
    # The tests of the cache kill a server of their own.
    need_native_redis
    need_browser
    need_interop
}

ready_to_run() {
    need_databases
}

main "$@"
