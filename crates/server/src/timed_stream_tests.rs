//! Slow peers of a timed stream. The timeouts are short, and a test waits until the stream fails, not for a fixed time.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::{interval, timeout},
};

use super::*;

/// Far longer than any timeout of a stream here.
const DEADLINE: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(50);
/// The size of the peer's receive window, in bytes.
const WINDOW: usize = 4 << 10;

fn pair(request: Duration, response: Duration) -> (TimedStream<DuplexStream>, DuplexStream) {
    let (ours, theirs) = duplex(WINDOW);
    (TimedStream::new(ours, Limits { request, response }), theirs)
}

/// Reads until the stream fails. Returns the kind of the error and the number of bytes read before it.
async fn read_until_failure(mut stream: TimedStream<DuplexStream>) -> (io::ErrorKind, usize) {
    let mut bytes = 0;
    loop {
        match timeout(DEADLINE, stream.read(&mut [0; 16])).await.unwrap() {
            Ok(read) => bytes += read,
            Err(error) => return (error.kind(), bytes),
        }
    }
}

/// G10: a peer that sends nothing is cut off by the stream itself; no other event has to wake it.
#[tokio::test]
async fn a_silent_peer_is_cut_off() {
    let (ours, _theirs) = pair(SHORT, DEADLINE);
    assert_eq!(read_until_failure(ours).await, (io::ErrorKind::TimedOut, 0));
}

/// G10: a peer that sends a byte now and then, and never a whole request, is cut off as well.
#[tokio::test]
async fn a_peer_that_drips_is_cut_off() {
    let (ours, mut theirs) = pair(4 * SHORT, DEADLINE);
    let dripping = tokio::spawn(async move {
        let mut ticks = interval(SHORT / 10);
        while theirs.write_all(b"x").await.is_ok() {
            ticks.tick().await;
        }
    });
    let (kind, bytes) = read_until_failure(ours).await;
    assert_eq!(kind, io::ErrorKind::TimedOut);
    assert!(bytes > 0, "the control: something arrived before");
    dripping.await.unwrap();
}

/// G10: a peer that sends without end, so that the stream never has to wait, is cut off as well.
#[tokio::test]
async fn a_peer_that_floods_is_cut_off() {
    let (ours, mut theirs) = pair(SHORT, DEADLINE);
    let flooding =
        tokio::spawn(async move { while theirs.write_all(&[0; WINDOW]).await.is_ok() {} });
    assert_eq!(read_until_failure(ours).await.0, io::ErrorKind::TimedOut);
    flooding.await.unwrap();
}

/// G10: a peer that receives nothing of a response is cut off.
#[tokio::test]
async fn a_peer_that_does_not_take_the_response_is_cut_off() {
    let (mut ours, _theirs) = pair(DEADLINE, SHORT);
    let response = vec![0; 10 * WINDOW];
    let late = timeout(DEADLINE, ours.write_all(&response)).await.unwrap();
    assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

/// G10: a peer that keeps receiving the response, but below the minimum rate, is cut off.
#[tokio::test]
async fn a_peer_that_takes_too_little_of_the_response_is_cut_off() {
    let (mut ours, mut theirs) = pair(DEADLINE, SHORT);
    let taking = tokio::spawn(async move {
        let mut ticks = interval(SHORT / 2);
        let (mut taken, mut piece) = (0, [0; 1 << 10]);
        while let Ok(bytes @ 1..) = theirs.read(&mut piece).await {
            taken += bytes;
            ticks.tick().await;
        }
        taken
    });
    let response = vec![0; 64 * WINDOW];
    let late = timeout(DEADLINE, ours.write_all(&response)).await.unwrap();
    assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
    drop(ours);
    assert!(taking.await.unwrap() < response.len());
}

#[tokio::test]
async fn a_peer_that_takes_the_response_gets_all_of_it() {
    let (mut ours, mut theirs) = pair(DEADLINE, DEADLINE);
    let taking = tokio::spawn(async move {
        let mut taken = Vec::new();
        theirs.read_to_end(&mut taken).await.unwrap();
        taken.len()
    });
    let response = vec![0; 64 * WINDOW];
    ours.write_all(&response).await.unwrap();
    drop(ours);
    assert_eq!(taking.await.unwrap(), response.len());
}

/// When the server sends a response, the client gets new time for its next request.
#[tokio::test]
async fn a_response_moves_the_deadline() {
    let (mut ours, mut theirs) = pair(DEADLINE, DEADLINE);
    let before = ours.deadline();
    ours.write_all(b"response").await.unwrap();
    theirs.read_exact(&mut [0; 8]).await.unwrap();
    assert!(ours.deadline() > before);
}
