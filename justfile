# Lists the recipes.
_:
    @just --list --unsorted

# `exec` leaves no shell behind that would call the Ctrl-C a failure.

# Everything, until Ctrl-C: PostgreSQL, Redis, people, pages, server (`--reset`, `--employees N`, `--port N`, `--no-docker`)
dev *options:
    exec cargo run -p dev -- up {{ options }}

# The Monday: how BetaCo's employees came onto Acme's screen, and what the product does with the same two requests
leak: build
    cargo run --quiet -p e2e --bin leak

# The demonstration's people, into the running stack or into one that runs for that long (`--employees 10000`, `--reset`)
seed *options:
    cargo run -p dev -- seed {{ options }}

# The pages with hot reload at http://localhost:8081 and its companies, beside a running `just dev` or alone (`--port N`)
ui *options:
    exec cargo run -p dev -- ui {{ options }}

# All tests
test: test-unit test-tidy test-store test-e2e test-browser

# What stands beside the code
test-unit:
    cargo test --workspace --exclude ui --exclude e2e
    cargo test -p session -p cache --features session/lab,cache/lab
    cargo test -p ui --lib

# The house rules: arrows between crates, file length, ids, links
test-tidy:
    cargo test -p e2e --test tidy

# The isolation suite of the store: as the app role, with the filter alone, with the policy alone
test-store:
    cargo test -p store --features lab

# The product with real PostgreSQL and Redis in containers
test-e2e: build build-lab
    cargo test -p e2e --lib --bins --test it --test lab --test interop

# Chromium on the built pages
test-browser: build build-ui
    cargo test -p e2e --test browser

# The product beside its peers under load, all in one run: one table (`--rounds N`, `--seconds N`, `--connections N`)
bench *options:
    cargo build --quiet --release -p server -p bench
    cargo build --quiet --release -p server --features lab --bin watertight-lab
    exec cargo run --quiet --release -p bench --bin bench -- {{ options }}

# What each part of a request costs by itself: least, middle and most (`seal`: only those with that word in their name)
bench-micro *options:
    cargo bench --quiet -p bench --bench micro -- --quiet {{ options }}

# The server
build:
    cargo build -p server

# The laboratory: the server with switches for its locks
build-lab:
    cargo build -p server --features lab --bin watertight-lab

# Every single and double fault of the locks on every path, printed and written to `docs/leak-distance.md`
matrix: build build-lab
    WATERTIGHT_WRITE_MATRIX=1 cargo test -p e2e --test lab matrix -- --nocapture

# Every set of scopes on every route, printed and written to `docs/scopes.md`
scopes: build
    WATERTIGHT_WRITE_SCOPES=1 cargo test -p e2e --test it scopes -- --nocapture

# The pages alone
build-ui:
    cargo run -p dev -- build-ui

# Format, clippy for the server and for the pages, licenses and bans
lint:
    cargo run -p dev -- lint

# Formats everything
fmt:
    cargo fmt --all
