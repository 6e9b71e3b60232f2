# shellcheck shell=bash
# Steps with a log of their own, messages, and lanes: lists of steps that run at the same time.

LOGS=$PWD/.dev/setup
LOG=$LOGS/start.log
rm -rf "$LOGS"
mkdir -p "$LOGS"

began=$SECONDS
lanes=()
trap stop_lanes EXIT
trap 'exit 1' USR1

# Runs one step: NAME FUNCTION [ARGUMENT...]. Its output goes to a log of that name, so the logs of two lanes do not mix.
step() {
    LOG=$LOGS/$1.log
    began=$SECONDS
    "${@:2}"
}

# Runs a function in a lane: at the same time as the rest of the script. If it fails, the whole script stops.
beside() {
    (
        trap '(($? == 0)) || end_script' EXIT
        "$@"
    ) &
    lanes+=("$!")
}

# Ends the script from a lane that failed. `fail` has printed the reason, unless a command failed that nothing checks.
end_script() {
    [[ -n ${failed:-} ]] || (fail "a command of this step failed" "look into the messages above and into $LOG") || true
    kill -s USR1 $$
}

wait_for_all() {
    local lane
    for lane in "${lanes[@]}"; do
        wait "$lane" || fail "a step was killed" "look into the newest file in $LOGS"
    done
    lanes=()
}

# Without this, the lanes would go on after Ctrl-C or a failure: the shell starts them so that they ignore Ctrl-C.
stop_lanes() {
    local lane
    for lane in ${lanes[@]+"${lanes[@]}"}; do
        disown "$lane" 2> /dev/null || true
        stop_tree "$lane" KILL
    done
}

# Stops a process, then what it started. The process comes first, so that it cannot report the end of the others as a failure.
# apt-get is left to finish, because an interrupted dpkg needs a repair.
stop_tree() {
    local children child
    [[ "$(cat "/proc/$1/comm" 2> /dev/null)" != apt-get ]] || return 0
    children=$(cat "/proc/$1/task/$1/children" 2> /dev/null) || true
    kill -s "$2" "$1" 2> /dev/null || true
    for child in $children; do stop_tree "$child" TERM; done
}

# Prints what begins now and may take long.
doing() {
    began=$SECONDS
    printf 'setup: %s …\n' "$*"
}

# Prints one thing that was done, where it came from, and how long it took.
say() {
    : > "$LOGS/changed"
    printf 'setup: %s … %d s\n' "$*" $((SECONDS - began))
    began=$SECONDS
}

# Prints the end of the step's log and the error, in one piece, and ends the step.
fail() {
    local log=
    [[ ! -s $LOG ]] || log=$(tail -n 20 "$LOG" && printf '(whole log: %s)\n_' "$LOG")
    printf '%serror: %s\nhint: %s\n' "${log%_}" "$1" "$2" >&2
    failed=yes
    exit 1
}
