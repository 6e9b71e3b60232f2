//! The load generator: keep-alive connections that each send a request, read the whole response, check it and send the next.
//!
//! One thread drives all connections, so it uses at most one core, and its time is not measured. It parses only the status and the length of a response: on the
//! machines measured so far it can send several times as many requests as the fastest contestant answers.

use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hdrhistogram::Histogram;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime,
    task::{JoinSet, LocalSet},
    time::sleep,
};

use crate::contestant::{Expected, Target};

/// The most headers of a response. No contestant sends as many.
const MAX_HEADERS: usize = 64;
/// The largest latency that is recorded exactly, in microseconds.
const LONGEST: u64 = 60_000_000;
/// The initial size of the buffer, enough for the response of any contestant. It grows if needed.
const BUFFER: usize = 64 << 10;

/// The result of a load.
#[derive(Debug)]
pub struct Load {
    /// The number of responses, all of them as expected.
    pub answers: u64,
    /// The time until the last response.
    pub took: Duration,
    /// The latency of each response, in microseconds.
    pub latency: Histogram<u64>,
}

/// An HTTP response that was read completely.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body without any decoding.
    pub body: Bytes,
}

/// Loads a target for `time`, on its own thread. Connection `n` always sends request `n` modulo the number of requests.
///
/// # Errors
/// If a response has another status or length than expected, or is missing.
pub async fn drive(target: &Target, connections: usize, time: Duration) -> Result<Load> {
    let target = target.clone();
    let (done, wait) = tokio::sync::oneshot::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let load = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
            LocalSet::new().block_on(&runtime, all(&target, connections, time))
        });
        // The receiver is gone if the caller was cancelled.
        let _gone = done.send(load);
    });
    wait.await.context("the thread of the load ended early")?
}

/// Sends one request on a new connection and returns the response.
///
/// # Errors
/// If there is no complete response.
pub async fn ask(address: SocketAddr, request: &[u8]) -> Result<Reply> {
    let mut connection = Connection::open(address).await?;
    connection.stream.write_all(request).await?;
    let (status, head, length) = connection.read().await?;
    let text = String::from_utf8_lossy(&connection.buffer[..head]).into_owned();
    let body = Bytes::copy_from_slice(&connection.buffer[head..head + length]);
    Ok(Reply { status, head: text, body })
}

async fn all(target: &Target, connections: usize, time: Duration) -> Result<Load> {
    let latency = Rc::new(RefCell::new(Histogram::new_with_max(LONGEST, 3)?));
    let begun = Instant::now();
    let mut asking = JoinSet::new();
    for n in 0..connections {
        let request = target.requests[n % target.requests.len()].clone();
        let ask = one(target.address, request, target.pause, begun + time, Rc::clone(&latency));
        asking.spawn_local(ask);
    }
    while let Some(ended) = asking.join_next().await {
        ended??;
    }
    let took = begun.elapsed();
    let latency = latency.borrow().clone();
    Ok(Load { answers: latency.len(), took, latency })
}

async fn one(
    address: SocketAddr,
    request: (Bytes, Expected),
    pause: Duration,
    until: Instant,
    latency: Rc<RefCell<Histogram<u64>>>,
) -> Result<()> {
    let (request, expected) = request;
    let mut connection = Connection::open(address).await?;
    let mut sent_at = Instant::now();
    while sent_at < until {
        connection.stream.write_all(&request).await?;
        let (status, _, length) = connection.read().await?;
        ensure!(
            expected.is(status, length),
            "unexpected response: status {status} and {length} bytes, expected {expected:?}"
        );
        let now = Instant::now();
        let micros = u64::try_from((now - sent_at).as_micros()).unwrap_or(LONGEST);
        latency.borrow_mut().saturating_record(micros.max(1));
        sent_at = now;
        if !pause.is_zero() {
            sleep(pause).await;
            sent_at = Instant::now();
        }
    }
    Ok(())
}

impl Expected {
    fn is(self, status: u16, length: usize) -> bool {
        match self {
            Self::Body(expected) => status == 200 && length == expected,
            Self::Status(expected) => status == expected,
            Self::Anything => true,
        }
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).await.context("cannot connect to the contestant")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER] })
    }

    /// Reads one response into the buffer. Returns its status, the length of its head and the length of its body.
    async fn read(&mut self) -> Result<(u16, usize, usize)> {
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            ensure!(read > 0, "the contestant closed the connection");
            filled += read;
            let Some((status, head, length)) = parse(&self.buffer[..filled])? else { continue };
            if self.buffer.len() < head + length {
                self.buffer.resize(head + length, 0);
            }
            if filled < head + length {
                self.stream.read_exact(&mut self.buffer[filled..head + length]).await?;
            }
            return Ok((status, head, length));
        }
    }
}

/// Parses the status, the length of the head and the length of the body; `None` until the head is complete.
fn parse(read: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(read)? else { return Ok(None) };
    let length =
        response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse().ok());
    match (response.code, length) {
        (Some(status), Some(length)) => Ok(Some((status, head, length))),
        _ => bail!("a response without `Content-Length`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_expected_or_not() {
        assert!(Expected::Body(5).is(200, 5) && !Expected::Body(5).is(200, 4));
        assert!(!Expected::Body(5).is(429, 5));
        assert!(Expected::Status(201).is(201, 7) && !Expected::Status(201).is(429, 7));
        assert!(Expected::Anything.is(503, 0));
    }

    #[test]
    fn an_answer_is_read_once_its_head_is_complete() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert!(parse(&answer[..30]).unwrap().is_none());
        assert_eq!(parse(answer).unwrap(), Some((200, answer.len() - 5, 5)));
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
