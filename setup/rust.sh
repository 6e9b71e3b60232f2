# shellcheck shell=bash
# Rust, its wasm32 target, and the tools that build the pages.

TRUNK=0.21.14
BINARYEN=132
CARGO_DENY=0.20.2
DYNOXIDE=3.2.0
WASM=wasm32-unknown-unknown
DEBIAN_STD=/usr/lib/rustlib/$WASM/lib

need_rust() {
    local channel
    channel=$(rust_channel)
    if ! have rustup; then
        rust_without_rustup "$channel"
        return
    fi
    rustup which rustc > /dev/null 2>&1 && cargo clippy --version > /dev/null 2>&1 && return
    doing "installing Rust $channel"
    ordinary https://static.rust-lang.org rustup toolchain install "$channel" \
        --profile minimal --component rustfmt --component clippy ||
        fail "Rust $channel could not be installed" "run \`rustup toolchain install $channel\` where rustup's servers can be reached"
    say "installed Rust $channel (rustup)"
}

rust_channel() {
    sed -nE 's/^channel = "(.*)"/\1/p' rust-toolchain.toml
}

# Uses the distribution's Rust if it is new enough, otherwise rustup, otherwise Debian's newest Rust.
rust_without_rustup() {
    at_least "$1" "$(version_of rustc)" && have cargo && return
    doing "installing Rust $1"
    if rustup_from_its_site "$1"; then
        say "installed rustup and Rust $1 (sh.rustup.rs)"
    elif apt_install rustc-web cargo-web && at_least "$1" "$(version_of /usr/bin/rustc)"; then
        say "installed Rust $(version_of /usr/bin/rustc) (Debian's rustc-web: rustup's servers cannot be reached)"
    else
        fail "Rust $1 could not be installed" "install rustup from https://rustup.rs and run \`./setup.sh\` again"
    fi
}

rustup_from_its_site() {
    local script
    script=$(mktemp)
    ordinary https://sh.rustup.rs curl -fsSL -o "$script" https://sh.rustup.rs &&
        ordinary https://static.rust-lang.org sh "$script" -y --no-modify-path --profile minimal \
            --default-toolchain "$1" --component rustfmt --component clippy
    rm -f "$script"
    have rustup
}

need_wasm_target() {
    if ! own_wasm_std && ! debian_wasm_ready; then
        doing "adding the target $WASM"
        if have rustup && ordinary https://static.rust-lang.org rustup target add "$WASM"; then
            say "added the target $WASM (rustup)"
        else
            wasm_target_from_debian
        fi
    fi
    ui_environment > .dev/ui.env
}

# True if the compiler that the checkout asks for has a std for the browser.
own_wasm_std() {
    local sysroot
    sysroot=$(rustc --print sysroot)
    [[ $sysroot != /usr ]] && compgen -G "$sysroot/lib/rustlib/$WASM/lib/libstd-*.rlib" > /dev/null
}

# True if Debian's compiler has a linker, and a std that this script built with the same compiler version.
debian_wasm_ready() {
    [[ -x /usr/bin/rustc && -n $(newest_wasm_ld) ]] &&
        [[ "$(cat "$DEBIAN_STD/built-by" 2> /dev/null)" == "$(/usr/bin/rustc --version)" ]] &&
        { ! have rustup || rustup run web rustc --version > /dev/null 2>&1; }
}

# Prints the environment in which cargo and Trunk build the pages. Programs that start them read it from .dev/ui.env.
ui_environment() {
    own_wasm_std && return
    [[ "$(rustc --print sysroot)" == /usr ]] || echo "RUSTUP_TOOLCHAIN=web"
    echo "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(newest_wasm_ld)"
}

newest_wasm_ld() {
    compgen -G '/usr/bin/wasm-ld-*' | sed 's#.*/##' | sort -V | tail -n 1
}

wasm_target_from_debian() {
    local lld
    apt_knows rustc-web ||
        fail "the Rust target $WASM could not be added" "run \`rustup target add $WASM\` where rustup's servers can be reached"
    lld=$(apt-cache search --names-only '^lld-[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
    apt_install rustc-web cargo-web rust-web-src "$lld" ||
        fail "Debian's Rust for the web could not be installed" "look into $LOG"
    at_least "$(rust_channel)" "$(version_of /usr/bin/rustc)" ||
        fail "Debian's rustc-web is $(version_of /usr/bin/rustc), older than $(rust_channel)" "add Debian's security suite to apt's sources"
    build_wasm_std || fail "std could not be built for $WASM" "look into $LOG"
    if have rustup; then logged rustup toolchain link web /usr; fi
    say "built std for $WASM (Debian's rustc-web $(version_of /usr/bin/rustc): rustup's servers cannot be reached)"
}

# Builds std once and installs it into Debian's compiler, so that no later build needs an unstable flag. It
# contains bitcode, because a build with fat LTO needs it in every crate.
build_wasm_std() {
    local project built
    project=$(mktemp -d)
    mkdir "$project/src" && : > "$project/src/lib.rs"
    printf '[package]\nname = "empty"\nedition = "2024"\n\n[workspace]\n' > "$project/Cargo.toml"
    logged env --chdir="$project" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=target \
        /usr/bin/cargo build --release -Z build-std=std,panic_abort,proc_macro --target "$WASM" || return 1
    built=$project/target/$WASM/release/deps
    rm -f "$built"/libempty-*
    # Removes only files of this script: without the file built-by they belong to another package.
    [[ ! -e $DEBIAN_STD/built-by ]] || as_root rm -f "$DEBIAN_STD"/*.rlib
    as_root install -D -m 644 -t "$DEBIAN_STD" "$built"/*.rlib || return 1
    rm -rf "$project"
    /usr/bin/rustc --version | as_root tee "$DEBIAN_STD/built-by" > /dev/null
}

need_trunk() {
    [[ "$(version_of trunk)" == "$TRUNK" ]] && return
    doing "installing trunk $TRUNK"
    if fetch_program trunk "https://github.com/trunk-rs/trunk/releases/download/v$TRUNK/trunk-$(rust_host).tar.gz" &&
        [[ "$(version_of trunk)" == "$TRUNK" ]]; then
        say "installed trunk $TRUNK (released program)"
    elif cargo_install trunk --locked --version "$TRUNK"; then
        say "installed trunk $TRUNK (built from crates.io)"
    else
        fail "trunk $TRUNK could not be installed" "look into $LOG"
    fi
}

# The version must be exactly the one that the pages are compiled with.
need_wasm_bindgen() {
    local version host archive
    version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"/\1/p;}' Cargo.lock 2> /dev/null || true)
    version=${version:-0.2.130}
    [[ "$(version_of wasm-bindgen)" == "$version" ]] && return
    doing "installing wasm-bindgen $version"
    host=$(rust_host)
    archive=wasm-bindgen-$version-${host/x86_64-unknown-linux-gnu/x86_64-unknown-linux-musl}.tar.gz
    if fetch_program wasm-bindgen "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$version/$archive" &&
        [[ "$(version_of wasm-bindgen)" == "$version" ]]; then
        say "installed wasm-bindgen $version (released program)"
    elif cargo_install wasm-bindgen-cli --version "$version"; then
        say "installed wasm-bindgen $version (built from crates.io)"
    else
        fail "wasm-bindgen $version could not be installed" "look into $LOG"
    fi
}

# Older versions, such as Debian's 108, write a module that browsers reject. The build uses the first wasm-opt on PATH.
need_wasm_opt() {
    wasm_opt_will_do && return
    have npm || fail "\`npm\` is needed for binaryen" "install Node.js 20 or newer"
    doing "installing wasm-opt $BINARYEN"
    logged npm install --global --prefix "${BIN%/bin}" "binaryen@$BINARYEN" ||
        fail "binaryen $BINARYEN could not be installed" "run \`npm install --global binaryen@$BINARYEN\`"
    hash -r
    wasm_opt_will_do ||
        fail "the first \`wasm-opt\` on PATH is $(command -v wasm-opt), older than $BINARYEN" "put \`$BIN\` before it on PATH"
    say "installed wasm-opt $BINARYEN (npm's binaryen)"
}

wasm_opt_will_do() {
    have wasm-opt && at_least "$BINARYEN" "$(wasm-opt --version | grep -oE '[0-9]+' | head -n 1)"
}

# Any version works: `just lint` checks only licenses, bans and sources with it.
need_cargo_deny() {
    have cargo-deny && return
    doing "installing cargo-deny $CARGO_DENY"
    local host
    host=$(rust_host)
    host=${host/linux-gnu/linux-musl}
    if fetch_program cargo-deny "https://github.com/EmbarkStudios/cargo-deny/releases/download/$CARGO_DENY/cargo-deny-$CARGO_DENY-$host.tar.gz"; then
        say "installed cargo-deny $CARGO_DENY (released program)"
    elif cargo_install cargo-deny --debug --locked --version "$CARGO_DENY"; then
        say "installed cargo-deny $CARGO_DENY (built from crates.io)"
    else
        fail "cargo-deny $CARGO_DENY could not be installed" "look into $LOG"
    fi
}

# Asks cargo, because the program prints another version than that of its crate.
dynoxide_will_do() {
    have dynoxide && [[ "$(cargo install --list --root "${BIN%/bin}" 2> /dev/null)" == *"dynoxide-rs v$DYNOXIDE:"* ]]
}

# A server with the protocol of DynamoDB, for the tests of that session store.
need_dynoxide() {
    dynoxide_will_do && return
    doing "installing dynoxide $DYNOXIDE"
    cargo_install dynoxide-rs --debug --locked --version "$DYNOXIDE" --no-default-features --features native-sqlite,http-server,cli ||
        fail "dynoxide $DYNOXIDE could not be installed" "look into $LOG"
    say "installed dynoxide $DYNOXIDE (built from crates.io)"
}

rust_host() {
    rustc -vV | sed -n 's/^host: //p'
}

# Builds tools quickly, with few optimisations: they run only for a second or two at a time.
cargo_install() {
    logged env CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_DEV_DEBUG=0 \
        cargo install --root "${BIN%/bin}" "$@"
}
