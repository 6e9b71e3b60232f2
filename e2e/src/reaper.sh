# Holds one end of a pipe. When the process at the other end is gone, whatever killed it, ends what that process had started.
# Lines read: `container NAME`, `process PID`, `ended PID` (that one needs nothing more), `folder PATH`.
containers='' processes='' folders=''
while read -r what name; do
    case $what in
    container) containers="$containers $name" ;;
    process) processes="$processes $name " ;;
    ended) processes=$(printf '%s' "$processes" | sed "s/ $name / /") ;;
    folder) folders="$folders $name" ;;
    esac
done
# shellcheck disable=SC2086 # each is a list of words
{
    [ -z "${processes# }" ] || kill -9 $processes
    # Twice: the first may come while the engine is still creating one.
    [ -z "$containers" ] || { docker rm -f -v $containers; sleep 3; docker rm -f -v $containers; }
    [ -z "$folders" ] || rm -rf $folders
}
