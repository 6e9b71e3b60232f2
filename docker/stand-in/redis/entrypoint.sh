#!/bin/sh
# Starts Redis as the official image does: arguments that are only options go to `redis-server`, the
# process is not root, and protected mode is off because every client connects from outside of the container.
set -eu

case "${1:-}" in -* | *.conf) set -- redis-server "$@" ;; esac
[ "${1:-}" = redis-server ] || exec "$@"
shift

# A configuration file must come first. Our option follows it, so that an option of the caller overrides ours.
case "${1:-}" in
    *.conf) file=$1; shift; set -- "$file" --protected-mode no "$@" ;;
    *) set -- --protected-mode no "$@" ;;
esac

[ "$(id -u)" = 0 ] || exec redis-server "$@"
find . ! -user redis -exec chown redis '{}' +
exec setpriv --reuid=redis --regid=redis --clear-groups redis-server "$@"
