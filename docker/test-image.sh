#!/usr/bin/env bash
# Builds the image, starts compose.yaml and compose.nodes.yaml with it, checks what they promise, and removes what it created.
# usage: docker/test-image.sh [--no-build]    with `--no-build` the images `watertight` and `watertight-haproxy` must exist
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

IMAGES=(watertight watertight-haproxy)
EMAIL=amara.okafor@acme.example
# The demonstration publishes it on its sign-in page.
DEMO=watertight-demo

main() {
    need_engine
    export WATERTIGHT_PORT GRAFANA_PORT EDGE_NETWORK=172.28.110 DATA_NETWORK=172.28.120
    WATERTIGHT_PORT=$(shuf -i 20000-24999 -n 1)
    GRAFANA_PORT=$(shuf -i 25000-29999 -n 1)
    answers=$(mktemp -d)
    build=yes
    [[ ${1:-} != --no-build ]] || build=
    remember_images
    trap finish EXIT
    one_node
    two_nodes
    echo "the images and both compose files work"
}

need_engine() {
    docker info > /dev/null 2>&1 ||
        fail "no Docker engine answers, so the image cannot be tested here" "start Docker, or install it with \`./setup.sh test\`"
    if docker compose version > /dev/null 2>&1; then
        COMPOSE=(docker compose)
    elif docker-compose version --short 2> /dev/null | grep -q '^v\?2'; then
        COMPOSE=(docker-compose)
    else
        fail "Docker Compose 2 is not installed, so the image cannot be tested here" "install the package \`docker-compose-v2\` or \`docker-compose-plugin\`"
    fi
}

compose() {
    "${COMPOSE[@]}" -p "$project" -f "docker/$file" "$@"
}

one_node() {
    project=watertight-test-$$ file=compose.yaml
    start server
    expect "the server is alive" 200 "$(status /healthz/live)"
    expect "the server is ready" 200 "$(status /healthz/ready)"
    expect "there is a page" 200 "$(status /)"
    sign_in
    expect "a session opens the directory" 200 "$(status /api/v1/employees)"
    expect "the server is not root" 10001:10001 "$(inside server 'echo "$(id -u):$(id -g)"')"
    expect "its file system is read-only" no "$(inside server 'touch /file 2> /dev/null && echo yes || echo no')"
    expect "it has no capability" 0000000000000000 "$(inside server "sed -n 's/^CapEff:\t//p' /proc/1/status")"
    expect "it does not see the owner's password" no "$(inside server '[ -e /secrets/owner ] && echo yes || echo no')"
    down
}

two_nodes() {
    project=watertight-nodes-test-$$ file=compose.nodes.yaml
    start load-balancer
    expect "both nodes answer" "a b" "$(for _ in {1..8}; do node; done | sort -u | xargs)"
    sign_in
    a_node_stops
    the_primary_fails
    metrics
    down
}

# A node that is replaced fails no request, and exits with 0 before it is killed.
a_node_stops() {
    local container
    container=$(compose ps -q a)
    : > "$answers/codes"
    compose stop a > /dev/null 2>&1 &
    while kill -0 $! 2> /dev/null; do
        status /api/v1/employees >> "$answers/codes"
        echo >> "$answers/codes"
    done
    expect "each request is answered while a node stops" 200 "$(sort -u "$answers/codes" | xargs)"
    expect "the node exits with code 0" 0 "$(docker inspect -f '{{.State.ExitCode}}' "$container")"
    compose start a > /dev/null 2>&1
    healthy a
}

# A Sentinel names another primary. Until then requests get 503, and never "not signed in".
the_primary_fails() {
    local code= unexpected=
    compose kill sessions-1 > /dev/null 2>&1
    for _ in {1..120}; do
        code=$(status /api/v1/employees)
        case $code in 200 | 503) ;; *) unexpected+=" $code" ;; esac
        [[ $(primary) == "$DATA_NETWORK.11" || $code != 200 ]] || break
        sleep 0.5
    done
    expect "a session survives the loss of the primary" 200 "$code"
    expect "no user was signed out meanwhile" "" "$unexpected"
    compose start sessions-1 > /dev/null 2>&1
    healthy sessions-1
    eventually "the former primary becomes a replica" slave inside sessions-1 'redis-cli role | head -n 1'
}

primary() {
    inside sentinel-1 "redis-cli -p 26379 sentinel get-master-addr-by-name sessions | head -n 1"
}

metrics() {
    local password
    if ! compose pull -q prometheus grafana > /dev/null 2>&1; then
        echo "skipped Prometheus and Grafana: their images cannot be pulled here"
        return
    fi
    start grafana
    expect "the rules are valid" 0 "$(inside prometheus 'TMPDIR=/prometheus promtool test rules /etc/prometheus/rules.test.yml > /dev/null 2>&1; echo $?')"
    eventually "Prometheus scrapes both nodes" 2 scraped
    password=$(inside grafana 'cat /secrets/grafana/password')
    expect "Grafana has the dashboard" 200 "$(grafana "admin:$password" /api/dashboards/uid/watertight)"
    expect "Grafana reaches Prometheus" 200 "$(grafana "admin:$password" /api/datasources/uid/prometheus/health)"
    expect "Grafana shows nothing without a password" 401 "$(grafana "" /api/dashboards/uid/watertight)"
}

scraped() {
    inside prometheus "wget -q -O - 'http://127.0.0.1:9090/api/v1/query?query=sum(up)'" | sed -nE 's/.*"value":\[[^,]*,"([0-9]+)".*/\1/p'
}

grafana() {
    curl -sS -m 10 -o /dev/null -w '%{http_code}' ${1:+-u "$1"} "http://127.0.0.1:$GRAFANA_PORT$2"
}

# Starts a service and what it needs, and waits until it is healthy.
start() {
    printf 'starting %s of %s …\n' "$1" "$file"
    compose up -d ${build:+--build} "$1" > "$answers/up" 2>&1 || {
        tail -n 30 "$answers/up" >&2
        fail "\`$1\` of docker/$file does not start" "look into the lines above"
    }
    healthy "$1"
}

healthy() {
    local state
    for _ in {1..240}; do
        state=$(docker inspect -f '{{.State.Health.Status}}' "$(compose ps -q "$1")" 2> /dev/null) || state=
        [[ $state != healthy ]] || return 0
        sleep 0.5
    done
    compose logs --tail 20 "$1" >&2
    fail "\`$1\` of docker/$file is not healthy after two minutes" "look into the lines above"
}

inside() {
    compose exec -T "$1" sh -c "$2" < /dev/null
}

acme() {
    curl -sS -m 10 -H "Host: acme.localhost:$WATERTIGHT_PORT" -H "Origin: http://acme.localhost:$WATERTIGHT_PORT" "${@:2}" "http://127.0.0.1:$WATERTIGHT_PORT$1"
}

status() {
    acme "$1" -o /dev/null -w '%{http_code}' -H "Cookie: ${session:-}" || true
}

node() {
    acme /healthz/ready -o /dev/null -D - | sed -nE 's/^x-node: ([a-z]+).*/\1/ip'
}

sign_in() {
    acme /api/v1/session -o /dev/null -D "$answers/head" -H 'Content-Type: application/json' -d "{\"email\":\"$EMAIL\",\"password\":\"$DEMO\"}"
    expect "an HR admin signs in" 201 "$(sed -nE '1s/^HTTP[^ ]* ([0-9]+).*/\1/p' "$answers/head")"
    session=$(sed -nE 's/^set-cookie: (__Host-session=[^;]*).*/\1/ip' "$answers/head")
}

# expect WHAT EXPECTED ACTUAL
expect() {
    [[ $3 == "$2" ]] || fail "$1: expected \`$2\`, got \`$3\`" "start docker/$file by hand to look at it; this project is removed"
    printf 'ok: %s\n' "$1"
}

# eventually WHAT EXPECTED COMMAND...: repeats the command for at most a minute, until it prints what is expected.
eventually() {
    local actual=
    for _ in {1..60}; do
        actual=$("${@:3}" || true)
        [[ $actual != "$2" ]] || break
        sleep 1
    done
    expect "$1" "$2" "$actual"
}

# The ids that the names have now, so that the end of the test can give them back.
remember_images() {
    local image
    before=()
    for image in "${IMAGES[@]}"; do
        before+=("$(docker image inspect -f '{{.Id}}' "$image" 2> /dev/null || true)")
    done
}

finish() {
    local code=$? at now
    [[ -z ${project:-} ]] || down
    for at in "${!IMAGES[@]}"; do
        now=$(docker image inspect -f '{{.Id}}' "${IMAGES[at]}" 2> /dev/null || true)
        [[ "$now" != "${before[at]}" ]] || continue
        docker rmi "${IMAGES[at]}" > /dev/null 2>&1 || true
        [[ -z ${before[at]} ]] || docker tag "${before[at]}" "${IMAGES[at]}"
    done
    rm -rf "$answers"
    exit "$code"
}

down() {
    compose down -v --remove-orphans -t 5 > /dev/null 2>&1 || true
    project=
}

fail() {
    printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
    exit 1
}

main "$@"
