//! The product. If it is built with the feature `lab`, it refuses to run.

use std::process::ExitCode;

use lab::Faults;

/// Each sign-in allocates 19 MiB, and glibc's allocator never returns such blocks. mimalloc is built without huge pages, because a few small
/// allocations on each of them turned 25 MiB into twice as much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if Faults::default().notice().is_none() {
        return server::run();
    }
    eprintln!(
        "error: this binary was built with the feature `lab`, so its locks can be switched off\nhint: build it with `cargo build -p server`, without the feature `lab`"
    );
    ExitCode::FAILURE
}
