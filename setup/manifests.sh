# shellcheck shell=bash
# The checkers of the files that deploy the product. `just lint` runs them.

MANIFESTS=.dev/manifests
CHECKERS=docker/check/requirements.txt

need_manifest_checkers() {
    local list
    list=$(sha256sum < "$CHECKERS")
    [[ "$(cat "$MANIFESTS/list" 2> /dev/null)" == "$list" && -x $MANIFESTS/bin/python ]] && return
    doing "installing the checkers of manifests"
    has_venv ||
        fail "Python's \`venv\` is needed for \`just lint\`" "install Python 3.10 or newer with its \`venv\`"
    { logged python3 -m venv --clear "$MANIFESTS" &&
        logged "$MANIFESTS/bin/python" -m pip install --disable-pip-version-check --no-compile --only-binary :all: -r "$CHECKERS"; } ||
        fail "the packages in $CHECKERS could not be installed" "look into $LOG"
    # Written last, so that an interrupted installation starts again.
    echo "$list" > "$MANIFESTS/list"
    say "installed the checkers of manifests (PyPI)"
}
