//! The laboratory: the product with switches for its locks, on loopback only.

use std::process::ExitCode;

/// As in the product, so that the two can be measured against each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::run()
}
