//! Notices that the terminal has gone away.
//!
//! A terminal that closes sends SIGHUP to the leader of its session only. That is a shell, which passes it on, or whatever was
//! started in place of one, which may not.

use std::{
    io::{IsTerminal, stdin},
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use tokio::sync::oneshot;

/// Waits until the terminal of our input is gone; forever, if our input is none.
pub async fn gone() {
    let (tell, told) = oneshot::channel();
    if stdin().is_terminal() {
        // Not a thread of the runtime, which would wait for it at the end.
        thread::spawn(move || {
            let stdin = stdin();
            // No flags: a hang-up is always told, and input is not our business.
            let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
            while matches!(poll(&mut terminal, None), Err(Errno::INTR)) {}
            let _over = tell.send(());
        });
        let _thread_failed = told.await;
    } else {
        std::future::pending::<()>().await;
    }
}
