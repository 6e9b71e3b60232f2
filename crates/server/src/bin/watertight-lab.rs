//! The lab build: the product with switches for its locks, on loopback only.

use std::process::ExitCode;

/// The same allocator as in the product, so that benchmarks can compare the two.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::run()
}
