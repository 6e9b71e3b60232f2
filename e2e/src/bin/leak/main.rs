//! `just leak`: plays the incident, in which Acme saw BetaCo's employees, in the lesson's code and then on the product.
#![expect(clippy::expect_used, reason = "a failure here ends the program and shows where")]

mod hull;
mod lesson;
mod paint;
mod product;
mod table;

use std::{env, panic, process::ExitCode};

use anyhow::Result;
use dev::{
    command::{Checkout, guarded},
    print::{print, print_error},
    reaper::{Reaper, reap},
    server::{prepare, step},
    stack::{Stack, StackOptions},
};
use paint::Paint;

fn main() -> ExitCode {
    // The reaper is this program, started again: it stops everything that was started, however this process ends.
    if env::args().nth(1).as_deref() == Some("reap") {
        reap();
        return ExitCode::SUCCESS;
    }
    // The harness panics with an error and a hint for the user, so the position in the code is not printed.
    panic::set_hook(Box::new(|panic| {
        eprintln!("{}", panic.payload_as_str().unwrap_or("error: `just leak` ended early"));
    }));
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            print_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Returns whether the result is as expected: the lesson's code leaked, and the product did not.
#[tokio::main]
async fn run() -> Result<bool> {
    let checkout = Checkout::here().await?;
    let lock = checkout.folder.take_if_free()?;
    let shared = lock.is_none();
    let mut as_expected = false;
    guarded(Reaper::start(lock)?, async |reaper| {
        let stack = if shared {
            Stack::of_another(&checkout.folder).await?
        } else {
            Stack::start(reaper, &checkout.folder, StackOptions::default()).await?
        };
        prepare(reaper, &checkout.workspace, &stack).await?;
        step(reaper, &checkout.workspace, &stack, &["seed"]).await?;
        as_expected = replay(&stack.environment(), Paint::of_this_terminal()).await;
        Ok(())
    })
    .await?;
    Ok(as_expected)
}

async fn replay(environment: &[(&'static str, String)], paint: Paint) -> bool {
    let leaked = lesson::run(environment, paint).await;
    let kept = product::run(environment, paint).await;
    print(hull::draw(paint));
    print(match (leaked, kept) {
        (true, true) => paint.good("The lesson's code leaked, the product did not."),
        (false, _) => paint
            .bad("The lesson's code did not leak: the port is wrong, so this run proves nothing."),
        (_, false) => paint.bad("THE PRODUCT LEAKED."),
    });
    leaked && kept
}
