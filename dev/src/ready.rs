//! Asks a service in its own protocol whether it is ready, instead of waiting for a fixed time.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

/// The timeout of one request.
const ONE_ANSWER: Duration = Duration::from_secs(2);
/// The pause between two requests.
const POLL_INTERVAL: Duration = Duration::from_millis(30);

/// Calls `ask` until it returns `true`.
///
/// # Errors
/// After `timeout`. The message is `too_late`, followed by the number of seconds.
pub async fn until(
    too_late: &str,
    timeout: Duration,
    mut ask: impl AsyncFnMut() -> bool,
) -> Result<()> {
    let deadline = Instant::now() + timeout;
    while !ask().await {
        if Instant::now() > deadline {
            bail!("{too_late} within {} s", timeout.as_secs());
        }
        sleep(POLL_INTERVAL).await;
    }
    Ok(())
}

/// Whether PostgreSQL on this port accepts connections. It then asks for a password; before that it sends an error.
///
/// This is what `pg_isready` does (PostgreSQL 17 documentation, 53.7: `StartupMessage`, `AuthenticationSASL`).
pub async fn postgres(port: u16) -> bool {
    let parameters = b"user\0postgres\0database\0postgres\0\0";
    let length = u32::try_from(parameters.len() + 8).unwrap_or_default();
    let message =
        [&length.to_be_bytes(), &0x0003_0000_u32.to_be_bytes(), parameters.as_slice()].concat();
    exchange(port, &message, 1).await.is_some_and(|answer| answer == b"R")
}

/// Whether Redis on this port responds; the reply that it needs a password counts too.
pub async fn redis(port: u16) -> bool {
    let answer = exchange(port, b"PING\r\n", 5).await;
    answer.is_some_and(|answer| answer == b"+PONG" || answer == b"-NOAU")
}

/// Whether anything on this port accepts connections.
pub async fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}

/// Sets the password of a Redis that has just started.
///
/// # Errors
/// If Redis does not accept it.
pub async fn protect_redis(port: u16, password: &str) -> Result<()> {
    match exchange(port, format!("CONFIG SET requirepass {password}\r\n").as_bytes(), 3)
        .await
        .as_deref()
    {
        Some(b"+OK") => Ok(()),
        _ => bail!("Redis did not accept its password"),
    }
}

/// Sends a message and returns the first `length` bytes of the reply.
async fn exchange(port: u16, message: &[u8], length: usize) -> Option<Vec<u8>> {
    let asked = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(message).await?;
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    timeout(ONE_ANSWER, asked).await.ok()?.ok()
}

/// A free port of the loopback address: `wanted` if it is free, otherwise any other.
///
/// # Errors
/// If the operating system has no free port.
pub async fn free_port(wanted: Option<u16>) -> Result<u16> {
    if let Some(port) = wanted.filter(|port| *port != 0)
        && TcpListener::bind(("127.0.0.1", port)).await.is_ok()
    {
        return Ok(port);
    }
    Ok(TcpListener::bind(("127.0.0.1", 0)).await?.local_addr()?.port())
}

/// Checks that the port that the user asked for is free.
///
/// # Errors
/// If it is not free; the hint names one that is.
pub async fn claim_port(port: u16, recipe: &str) -> Result<()> {
    if let Err(error) = TcpListener::bind(("127.0.0.1", port)).await {
        let other = free_port(Some(port.saturating_add(1))).await?;
        bail!(
            "port `{port}` cannot be used ({error})\nhint: stop what uses it, or run `just {recipe} --port {other}`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepts one connection, replies with these bytes and returns what was received.
    async fn answering(bytes: &'static [u8]) -> (u16, tokio::task::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut question = vec![0; 128];
            let length = stream.read(&mut question).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            question.truncate(length);
            question
        });
        (port, asked)
    }

    #[tokio::test]
    async fn a_postgresql_that_asks_for_a_password_is_ready() {
        let (port, asked) = answering(b"R\0\0\0").await;
        assert!(postgres(port).await);
        let question = asked.await.unwrap();
        assert_eq!(usize::from(question[3]), question.len());
    }

    #[tokio::test]
    async fn a_postgresql_that_is_starting_up_is_not_ready() {
        let (port, _) = answering(b"E\0\0\0the database system is starting up").await;
        assert!(!postgres(port).await);
    }

    #[tokio::test]
    async fn a_redis_with_a_password_is_ready_and_one_that_loads_is_not() {
        let (port, _) = answering(b"-NOAUTH Authentication required.\r\n").await;
        assert!(redis(port).await);
        let (port, _) = answering(b"-LOADING Redis is loading the dataset in memory\r\n").await;
        assert!(!redis(port).await);
    }

    #[tokio::test]
    async fn an_error_for_a_port_in_use_names_a_free_one() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_ne!(free_port(Some(port)).await.unwrap(), port);
        let text = claim_port(port, "dev").await.unwrap_err().to_string();
        assert!(text.starts_with(&format!("port `{port}` cannot be used")), "{text}");
        assert!(text.contains("\nhint: ") && text.contains("just dev --port "), "{text}");
    }
}
