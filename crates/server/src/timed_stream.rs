//! A TCP stream that fails if its client is too slow to send a request or to receive a response (row G10).
//!
//! actix-http 3.20 has timeouts for the first request head of a connection and for an idle connection. It has none for a later head, for a chunked body
//! that no handler reads, or for a response that the client does not receive. Here every read and write has a deadline.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

/// How many bytes of a response a slow client must receive within each [`Limits::response`].
const MIN_BYTES_TAKEN: usize = 16 << 10;

/// How long a client may take to send and to receive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The longest time from one byte that the server sends to the next, while it waits for the client or works.
    pub(crate) request: Duration,
    /// The longest time to receive [`MIN_BYTES_TAKEN`] bytes of a response that waits.
    pub(crate) response: Duration,
}

/// A stream with deadlines. After a deadline every read and write fails with [`io::ErrorKind::TimedOut`], and actix closes the connection.
pub(crate) struct TimedStream<S = TcpStream> {
    stream: S,
    limits: Limits,
    written_at: Instant,
    /// Set while the client has not received all bytes that were offered.
    stalled: Option<Stall>,
    /// Wakes the connection at or before the deadline. It is reset when it fires, not with every write.
    timer: Pin<Box<Sleep>>,
}

struct Stall {
    since: Instant,
    taken: usize,
}

impl<S> TimedStream<S> {
    pub(crate) fn new(stream: S, limits: Limits) -> Self {
        let now = Instant::now();
        let timer = Box::pin(sleep_until(now + limits.request));
        Self { stream, limits, written_at: now, stalled: None, timer }
    }

    fn deadline(&self) -> Instant {
        match &self.stalled {
            Some(stall) => stall.since + self.limits.response,
            None => self.written_at + self.limits.request,
        }
    }

    /// Fails after the deadline; before it, makes sure that the task is woken at the deadline.
    fn wait(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let deadline = self.deadline();
        if deadline < self.timer.deadline() {
            self.timer.as_mut().reset(deadline);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            check(deadline)?;
            self.timer.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// Records that the client received `taken` of `offered` bytes.
    fn wrote(&mut self, taken: usize, offered: usize) {
        self.written_at = Instant::now();
        if taken == offered {
            self.stalled = None;
        } else if let Some(stall) = &mut self.stalled {
            stall.taken += taken;
            if stall.taken >= MIN_BYTES_TAKEN {
                *stall = Stall { since: self.written_at, taken: 0 };
            }
        }
    }
}

fn check(deadline: Instant) -> io::Result<()> {
    if Instant::now() < deadline { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            // The deadline also applies to a client that never stops sending.
            Poll::Ready(done) => Poll::Ready(done.and_then(|()| check(this.deadline()))),
            Poll::Pending => match this.wait(context) {
                Ok(()) => Poll::Pending,
                Err(late) => Poll::Ready(Err(late)),
            },
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        match Pin::new(&mut this.stream).poll_write(context, bytes) {
            Poll::Ready(Ok(taken)) => {
                this.wrote(taken, bytes.len());
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                this.stalled.get_or_insert_with(|| Stall { since: Instant::now(), taken: 0 });
                match this.wait(context) {
                    Ok(()) => Poll::Pending,
                    Err(late) => Poll::Ready(Err(late)),
                }
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
#[path = "timed_stream_tests.rs"]
mod tests;
