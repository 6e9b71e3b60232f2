# shellcheck shell=bash
# The services that the product and its tests need: Docker and its images, or PostgreSQL and Redis; and a browser.

POSTGRES_FLOORS="15.20 16.16 17.12 18.7" # older minor releases have known vulnerabilities in row-level security
BASE=debian:trixie-slim

docker_answers() {
    docker info > /dev/null 2>&1
}

want_docker() {
    if docker_answers || docker_is_elsewhere; then return; fi
    have dockerd || want docker.io iptables
    # Since Debian 13 the client is a package of its own.
    have docker || ! apt_knows docker-cli || want docker-cli
}

need_docker() {
    docker_answers && return
    { have dockerd && have docker; } || docker_is_elsewhere ||
        fail "Docker is needed for the tests" "install Docker and run \`./setup.sh test\` again"
    doing "starting the Docker engine"
    start_docker
}

# True if the client is configured for another engine, for example Docker Desktop, which is not running now.
docker_is_elsewhere() {
    have docker && { [[ -n ${DOCKER_HOST:-} ]] || [[ "$(docker context show 2> /dev/null || echo default)" != default ]]; }
}

start_docker() {
    local log=/var/log/dockerd.log
    if ! have dockerd; then
        fail "no Docker engine answers \`docker info\`" "start Docker and run \`./setup.sh\` again"
    elif [[ -d /run/systemd/system ]]; then
        logged as_root systemctl start docker || true
    else
        forget_dead_docker
        # The daemon stays after this script: it must not hold the script's output open.
        as_root setsid bash -c "exec nohup dockerd >> $log 2>&1 < /dev/null" > /dev/null 2>&1 &
    fi
    for _ in {1..100}; do
        if docker_answers; then
            say "started the Docker engine"
            return
        fi
        have sudo && sudo -n docker info > /dev/null 2>&1 &&
            fail "Docker runs, but not for \`$(id -un)\`" "run \`sudo usermod -aG docker $(id -un)\`, then sign in again"
        sleep 0.3
    done
    fail "the Docker engine did not start within 30 s" "look into $log or \`journalctl -u docker\`"
}

# After a crash the pid file may name a process of another program, or a zombie. dockerd would assume that it is
# already running, and exit.
forget_dead_docker() {
    local file=/var/run/docker.pid status
    [[ -e $file ]] || return 0
    status=$(cat "/proc/$(cat "$file")/status" 2> /dev/null) || true
    [[ $status == *Name:*dockerd* && $status != *State:$'\t'Z* ]] || as_root rm -f "$file"
}

# The compose file and testcontainers ask for this name and tag, so an image that is built here gets them too.
need_image() {
    local name=$1 tag=$2
    image_will_do "$name:$tag" && return
    doing "getting the image $name:$tag"
    if ordinary https://registry-1.docker.io/v2/ docker pull "$name:$tag" && image_will_do "$name:$tag"; then
        say "pulled $name:$tag"
        return
    fi
    need_base
    DOCKER_BUILDKIT=0 logged docker build -t "$name:$tag" "docker/stand-in/$name" ||
        fail "no image \`$name:$tag\` could be pulled or built" "look into $LOG"
    say "built $name:$tag from Debian's packages (Docker Hub cannot be reached)"
}

# An old image may contain a PostgreSQL below the minimum version. Its variable PG_VERSION names the version.
image_will_do() {
    local version
    version=$(docker image inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$1" 2> /dev/null) || return 1
    version=$(sed -nE 's/^PG_VERSION=([0-9.]+).*/\1/p' <<< "$version")
    [[ -z $version ]] || postgres_is_safe "$version"
}

need_base() {
    docker image inspect "$BASE" > /dev/null 2>&1 && return
    if ordinary https://registry-1.docker.io/v2/ docker pull "$BASE"; then
        say "pulled $BASE"
        return
    fi
    doing "getting the image $BASE"
    have debootstrap || apt_install debootstrap ||
        fail "the image \`$BASE\` can be neither pulled nor built here" "run \`docker pull $BASE\` where Docker Hub can be reached"
    import_base || fail "the image \`$BASE\` could not be built with debootstrap" "look into $LOG"
    say "built $BASE (debootstrap: Docker Hub cannot be reached)"
}

# Like the official image, this one has the security suite: the main suite's PostgreSQL is below the minimum version.
import_base() {
    local folder status
    folder=$(mktemp -d)
    logged as_root debootstrap --variant=minbase trixie "$folder/root" &&
        sed -nE 's#(https?://[^ ]*)/debian/? trixie main.*#\1/debian-security trixie-security main#p' \
            "$folder/root/etc/apt/sources.list" |
        as_root tee "$folder/root/etc/apt/sources.list.d/security.list" >> "$LOG" &&
        as_root tar -C "$folder/root" -c . | docker import - "$BASE" >> "$LOG" 2>&1
    status=$?
    as_root rm -rf --one-file-system "$folder"
    return "$status"
}

postgres_is_safe() {
    local floor
    for floor in $POSTGRES_FLOORS; do
        [[ ${1%%.*} != "${floor%%.*}" ]] || { at_least "$floor" "$1" && return; }
    done
    ((${1%%.*} > 18))
}

want_databases() {
    docker_answers && return
    postgres_is_safe "$(native_postgres_version)" || want postgresql
    want_native_redis
}

# If Docker is running, `just dev` starts PostgreSQL and Redis in it.
need_databases() {
    if docker_answers; then
        need_image postgres 17
        need_image redis 8
    else
        need_native_postgres
        need_native_redis
    fi
}

need_native_postgres() {
    local version
    version=$(native_postgres_version)
    [[ $version != 0 ]] || fail "PostgreSQL is needed for \`just dev\`" "start Docker, or install PostgreSQL 17.12 or newer"
    postgres_is_safe "$version" ||
        fail "PostgreSQL $version has known vulnerabilities in row-level security" "start Docker, or install one of $POSTGRES_FLOORS or newer"
}

want_native_redis() {
    have redis-server || want redis-server
}

need_native_redis() {
    have redis-server ||
        fail "\`redis-server\` is needed for the tests of the cache and of Sentinel, and for \`just dev\` without Docker" "install Redis"
}

want_memcached() {
    have memcached || want memcached
}

need_memcached() {
    have memcached ||
        fail "\`memcached\` is needed for the tests of the session stores" "install Memcached 1.6 or newer"
}

want_haproxy() {
    has_haproxy || want haproxy
}

# Debian installs it where only root has programs on PATH.
has_haproxy() {
    have haproxy || [[ -x /usr/sbin/haproxy ]]
}

need_haproxy() {
    has_haproxy || fail "\`haproxy\` is needed for the tests of two nodes" "install HAProxy 2.6 or newer"
}

# Debian installs each major version in its own folder, which is not on PATH.
native_postgres_version() {
    local newest
    newest=$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -n 1 || command -v postgres || true)
    if [[ -n $newest ]]; then version_of "$newest"; else echo 0; fi
}

want_browser() {
    has_browser || want chromium chromium-driver fonts-liberation
}

need_browser() {
    has_browser || fail "a browser is needed for the tests" "install Chromium or Chrome with its chromedriver, both on PATH"
}

has_browser() {
    have chromedriver && { have chromium || have google-chrome || have chromium-browser; }
}
