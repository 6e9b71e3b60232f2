//! The product. It is built without the feature `lab`; built with it, it refuses to run.

use std::process::ExitCode;

/// Sign-ins allocate 19 MiB at a time; glibc's allocator never gives such blocks back. Ours is told to leave huge pages alone: a few small things
/// on each made of 25 MiB twice as much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(not(feature = "lab"))]
fn main() -> ExitCode {
    server::run()
}

#[cfg(feature = "lab")]
fn main() -> ExitCode {
    eprintln!(
        "error: this is no product: its locks can be switched off\nhint: build it with `cargo build -p server`, without the feature `lab`"
    );
    ExitCode::FAILURE
}
