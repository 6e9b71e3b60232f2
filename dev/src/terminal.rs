//! Detects that the terminal has been closed.
//!
//! A terminal that closes sends SIGHUP only to the leader of its session. A shell passes it on to its children; another program
//! in place of the shell may not.

use std::{
    io::{IsTerminal, stdin},
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use tokio::sync::oneshot;

/// Waits until the terminal on stdin is closed. Waits forever if stdin is not a terminal.
pub async fn closed() {
    let (sender, receiver) = oneshot::channel();
    if stdin().is_terminal() {
        // Not a thread of the runtime: the runtime would wait for it when it shuts down.
        thread::spawn(move || {
            let stdin = stdin();
            // No flags: a hang-up is always reported, and input does not matter.
            let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
            while matches!(poll(&mut terminal, None), Err(Errno::INTR)) {}
            let _receiver_gone = sender.send(());
        });
        let _sender_dropped = receiver.await;
    } else {
        std::future::pending::<()>().await;
    }
}
