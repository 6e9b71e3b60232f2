# Lists the recipes.
_:
    @just --list --unsorted

# `exec` replaces the shell, which would report Ctrl-C as a failure.

# Runs the whole stack until Ctrl-C: PostgreSQL, Redis, demo data, pages, server (`--reset`, `--employees N`, `--port N`, `--no-docker`)
dev *options:
    exec cargo run -p dev -- up {{ options }}

# Replays the incident: how BetaCo's employees came onto Acme's screen, and what the product does with the same two requests
leak: build
    cargo run --quiet -p e2e --bin leak

# Runs two nodes behind a load balancer and a page that shows their requests, until Ctrl-C (`--sessions memory|redis|postgres`, `--affinity on|off`)
nodes *options:
    exec cargo run -p dev -- nodes {{ options }}

# Adds the demo data to the running stack, or to a stack that runs only for this command (`--employees 10000`, `--reset`)
seed *options:
    cargo run -p dev -- seed {{ options }}

# Serves the pages with hot reload at http://localhost:8081 and its companies, next to a running `just dev` or alone (`--port N`)
ui *options:
    exec cargo run -p dev -- ui {{ options }}

# Runs all tests
test: test-unit test-tidy test-store test-e2e test-browser

# Runs the unit tests, and the tests of the crates that need no containers
test-unit:
    cargo test --workspace --exclude ui --exclude e2e
    cargo test -p session -p cache --features session/lab,cache/lab
    cargo test -p ui --lib

# Checks the house rules: dependencies between crates, file length, ids, links
test-tidy:
    cargo test -p e2e --test tidy

# Runs the isolation suite of the store: as the app role, with the filter alone, with the policy alone
test-store:
    cargo test -p store --features lab

# Tests the product with real PostgreSQL, Redis, session stores and a load balancer
test-e2e: build-stores build-lab
    cargo test -p e2e --lib --bins --test it --test lab --test interop

# Tests ten rolling restarts of two nodes (`just test` does two)
soak: build-stores
    WATERTIGHT_ROLLING_RESTARTS=10 cargo test -p e2e --test it rolling_restarts

# Tests the built pages in Chromium
test-browser: build-stores build-ui
    cargo test -p e2e --test browser

# Builds the image and tests it with both compose files; needs Docker Compose 2 and many minutes (`--no-build`: with the image that exists)
test-image *options:
    docker/test-image.sh {{ options }}

# Measures the product and its peers under load in one run, and prints one table (`--rounds N`, `--seconds N`, `--connections N`)
bench *options:
    cargo build --quiet --release -p server -p bench
    cargo build --quiet --release -p server --features lab --bin watertight-lab
    exec cargo run --quiet --release -p bench --bin bench -- {{ options }}

# Measures how long each session store takes to save and to load a session (`--sessions N`, `--docker`, `--write` into docs/sessions.md)
bench-sessions *options:
    exec cargo run --quiet --release -p bench --features stores --bin bench-sessions -- {{ options }}

# Measures each part of a request alone: least, middle and most (`seal`: only those with that word in their name)
bench-micro *options:
    cargo bench --quiet -p bench --bench micro -- --quiet {{ options }}

# Builds the server
build:
    cargo build -p server

# Builds the server with every session store, as the tests need it
build-stores:
    cargo build -p server --features memcached,dynamodb

# Builds the server of the lab build, with switches for its locks
build-lab:
    cargo build -p server --features lab --bin watertight-lab

# Tries every single and double fault of the locks on every path; prints the result and writes it to `docs/leak-distance.md`
matrix: build build-lab
    WATERTIGHT_WRITE_MATRIX=1 cargo test -p e2e --test lab matrix -- --nocapture

# Tries every set of scopes on every route; prints the result and writes it to `docs/scopes.md`
scopes: build
    WATERTIGHT_WRITE_SCOPES=1 cargo test -p e2e --test it scopes -- --nocapture

# Builds only the pages
build-ui:
    cargo run -p dev -- build-ui

# Checks the format, clippy for the server and the pages, licenses and bans, manifests and compose files
lint:
    cargo run -p dev -- lint

# Formats everything
fmt:
    cargo fmt --all
