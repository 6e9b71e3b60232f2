#!/bin/sh
# Starts Redis as the official image does: options alone are options of `redis-server`, the process is
# not root, and protected mode is off, because in a container every client comes from outside.
set -eu

case "${1:-}" in -* | *.conf) set -- redis-server "$@" ;; esac
[ "${1:-}" = redis-server ] || exec "$@"
shift

# A configuration file must come first; our own option follows it, so that a caller's option still wins.
case "${1:-}" in
    *.conf) file=$1; shift; set -- "$file" --protected-mode no "$@" ;;
    *) set -- --protected-mode no "$@" ;;
esac

[ "$(id -u)" = 0 ] || exec redis-server "$@"
find . ! -user redis -exec chown redis '{}' +
exec setpriv --reuid=redis --regid=redis --clear-groups redis-server "$@"
