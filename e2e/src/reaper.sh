# Waits on one end of a pipe. When the process at the other end has ended, for whatever reason, this script ends everything that it started.
# Lines read: `container NAME`, `process PID`, `ended PID` (already ended: do not kill it), `folder PATH`.
containers='' processes='' folders=''
while read -r what name; do
    case $what in
    container) containers="$containers $name" ;;
    process) processes="$processes $name " ;;
    ended) processes=$(printf '%s' "$processes" | sed "s/ $name / /") ;;
    folder) folders="$folders $name" ;;
    esac
done
# shellcheck disable=SC2086 # each variable is a list of words
{
    [ -z "${processes# }" ] || kill -9 $processes
    # Twice, because the engine may still be creating a container at the first attempt.
    [ -z "$containers" ] || { docker rm -f -v $containers; sleep 3; docker rm -f -v $containers; }
    [ -z "$folders" ] || rm -rf $folders
}
