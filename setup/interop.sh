# shellcheck shell=bash
# Third-party clients of Cognito and OpenID Connect. The tests run them against the product.

INTEROP=.dev/interop
LISTS=e2e/interop

# Debian's python3 has no pip to put into a virtual environment until python3-venv is there.
want_interop() {
    has_venv || want python3 python3-venv
    want_node
}

has_venv() {
    python3 -c 'import ensurepip, venv' 2> /dev/null
}

need_interop() {
    local lists
    lists=$(cat "$LISTS"/{requirements.txt,package.json,package-lock.json} | sha256sum)
    [[ "$(cat "$INTEROP/lists" 2> /dev/null)" == "$lists" && -x $INTEROP/venv/bin/python && -d $LISTS/node_modules ]] && return
    doing "installing the third-party clients that the tests sign in with"
    mkdir -p "$INTEROP"
    rm -f "$INTEROP/lists"
    python_clients
    node_clients
    # Written last, so that an interrupted installation starts again.
    echo "$lists" > "$INTEROP/lists"
    say "installed the third-party clients that the tests sign in with (PyPI, npm)"
}

python_clients() {
    has_venv ||
        fail "Python's \`venv\` is needed for the tests" "install Python 3.10 or newer with its \`venv\`"
    { logged python3 -m venv --clear "$INTEROP/venv" &&
        logged "$INTEROP/venv/bin/python" -m pip install --disable-pip-version-check -r "$LISTS/requirements.txt"; } ||
        fail "the packages in $LISTS/requirements.txt could not be installed" "look into $LOG"
}

# Their install scripts are not run, because no package needs them.
node_clients() {
    has_node ||
        fail "\`node\` and \`npm\` are needed for the tests" "install Node.js 20 or newer"
    at_least 20 "$(version_of node)" ||
        fail "Node.js $(version_of node) is too old for the clients of the tests" "install Node.js 20 or newer"
    logged npm ci --prefix "$LISTS" --ignore-scripts --no-audit --no-fund ||
        fail "the packages in $LISTS/package-lock.json could not be installed" "look into $LOG"
}
