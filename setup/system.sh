# shellcheck shell=bash
# Functions for all steps: the system's package manager, downloads, and the basic tools.

BIN=${CARGO_HOME:-$HOME/.cargo}/bin
PATH_BEFORE=$PATH
export PATH=$BIN:$PATH

summary() {
    [[ -e $LOGS/changed ]] || echo "setup: nothing to do, everything is installed"
    [[ ":$PATH_BEFORE:" == *":$BIN:"* ]] || echo "hint: put \`$BIN\` on your PATH, the tools are there"
}

have() {
    command -v "$1" > /dev/null
}

# The version number a program prints, empty if there is no such program.
version_of() {
    { "$1" --version 2> /dev/null || true; } | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true
}

at_least() {
    [[ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" == "$1" ]]
}

logged() {
    printf '\n$ %s\n' "$*" >> "$LOG"
    "$@" >> "$LOG" 2>&1 < /dev/null
}

# Runs a download from the usual site. The limit is 15 minutes if its server responds, otherwise 15 seconds.
ordinary() {
    local server=$1 limit=15
    shift
    [[ -z ${WATERTIGHT_SETUP_PACKAGES_ONLY:-} ]] || return 1
    curl -sS -o /dev/null -I --max-time 10 "$server" >> "$LOG" 2>&1 && limit=900
    logged timeout "$limit" "$@"
}

# Installs one program from a released archive into $BIN.
fetch_program() {
    local program=$1 url=$2 folder found
    folder=$(mktemp -d)
    if ordinary "$url" curl -fsSL --retry 2 -o "$folder/archive.tar.gz" "$url" &&
        logged tar -xzf "$folder/archive.tar.gz" -C "$folder"; then
        found=$(find "$folder" -type f -name "$program" | head -n 1)
        [[ -z $found ]] || { mkdir -p "$BIN" && install -m 755 "$found" "$BIN/$program"; }
    fi
    rm -rf "$folder"
    [[ -n ${found:-} ]]
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        # The caller fails, and shows this line: it is in the log of the step.
        echo "root is needed: run \`./setup.sh\` as root, or install \`sudo\`" >&2
        return 1
    fi
}

apt_install() {
    have apt-get || return 1
    apt_refresh
    one_apt install -y -qq --no-install-recommends "$@"
}

# Updates the package lists, once in each run that installs something.
apt_refresh() {
    [[ ! -e $LOGS/apt-is-fresh ]] || return 0
    one_apt update -qq || true
    : > "$LOGS/apt-is-fresh"
}

# apt-get waits for another program's lock on dpkg, but not for its lock on the package lists. So the lanes take turns.
one_apt() {
    logged as_root env DEBIAN_FRONTEND=noninteractive flock --close "$LOGS" apt-get -o DPkg::Lock::Timeout=300 "$@"
}

apt_knows() {
    have apt-cache && apt_refresh && apt-cache show "$1" > /dev/null 2>&1
}

# Debian packages that are missing. They are collected first, so that apt-get runs once.
missing=()

want() {
    local package
    for package in "$@"; do
        [[ " ${missing[*]-} " == *" $package "* ]] || missing+=("$package")
    done
}

# Installs the Debian packages that a part needs and that are missing. Other systems have no apt-get: there the later steps say what to install.
need_packages() {
    have apt-get || return 0
    want_basics
    wasm_opt_will_do || want_node
    case $1 in
        dev) want_databases ;;
        test | all)
            want_docker
            want_native_redis
            want_memcached
            want_haproxy
            want_browser
            want_interop
            ;;
    esac
    ((${#missing[@]})) || return 0
    doing "installing ${missing[*]}"
    apt_install "${missing[@]}" || fail "these Debian packages could not be installed: ${missing[*]}" "look into $LOG"
    hash -r
    say "installed ${missing[*]} (Debian packages)"
}

want_node() {
    has_node || want nodejs npm
}

has_node() {
    have node && have npm
}

want_basics() {
    has_basics || want gcc libc6-dev git curl ca-certificates
}

need_basics() {
    has_basics ||
        fail "a C compiler, \`git\`, \`curl\` and CA certificates are needed" "install them with your system's package manager"
}

has_basics() {
    have cc && have git && have curl && has_authorities
}

# True if CA certificates are installed. Without them TLS fails, also in the server, which reads the keys of other issuers. Other systems have them.
has_authorities() {
    ! have apt-get || [[ -s /etc/ssl/certs/ca-certificates.crt ]]
}

need_just() {
    have just && return
    doing "installing just"
    if have brew && logged brew install just; then
        say "installed just (Homebrew)"
    elif just_from_pypi; then
        say "installed just (PyPI's rust-just)"
    elif apt_install just; then
        say "installed just (Debian package)"
    elif cargo_install just --locked; then
        say "installed just (built from crates.io)"
    else
        fail "\`just\` could not be installed" "see https://just.systems for your system's package"
    fi
}

# The wheel contains a prebuilt program, so it needs no virtual environment.
just_from_pypi() {
    local folder done=1
    folder=$(mktemp -d)
    if logged python3 -m pip download -q --no-deps --only-binary :all: -d "$folder" rust-just &&
        logged python3 -m zipfile -e "$folder"/rust_just-*.whl "$folder"; then
        mkdir -p "$BIN" && install -m 755 "$folder"/rust_just-*.data/scripts/just "$BIN/just" && done=0
    fi
    rm -rf "$folder"
    return "$done"
}
