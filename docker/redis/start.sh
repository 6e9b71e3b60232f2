#!/bin/sh
# Starts one process of the replicated session Redis: `primary`, `replica` or `sentinel`. PRIMARY is the address of the first primary.
# The configuration file is created once: after a failover, Sentinels and servers store the new roles in it, and a restart must keep them.
set -eu

server_configuration() {
    cat << TEXT
dir /data
protected-mode no
appendonly yes
maxmemory-policy noeviction
# A primary that is cut off from its replicas stops accepting writes, so a failover loses few of them.
min-replicas-to-write 1
min-replicas-max-lag 10
TEXT
}

sentinel_configuration() {
    cat << TEXT
dir /data
port 26379
protected-mode no
sentinel monitor sessions $PRIMARY 6379 2
sentinel down-after-milliseconds sessions 5000
sentinel failover-timeout sessions 30000
TEXT
}

# Reads the file from standard input. The name `.new` keeps an interrupted start from leaving half a file.
create() {
    [ -s "$1" ] || { cat > "$1.new" && mv "$1.new" "$1"; }
}

case "$1" in
    primary)
        server_configuration | create /data/redis.conf
        exec redis-server /data/redis.conf
        ;;
    replica)
        { server_configuration && echo "replicaof $PRIMARY 6379"; } | create /data/redis.conf
        exec redis-server /data/redis.conf
        ;;
    sentinel)
        sentinel_configuration | create /data/sentinel.conf
        exec redis-server /data/sentinel.conf --sentinel
        ;;
    *)
        echo "error: unknown role \`$1\`" >&2
        echo "hint: give \`primary\`, \`replica\` or \`sentinel\`" >&2
        exit 2
        ;;
esac
