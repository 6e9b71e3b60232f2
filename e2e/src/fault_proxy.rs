//! A TCP proxy between the product and its stores that simulates network faults.

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::timeout,
};

use crate::runtime::on_harness;

/// A fault of all connections, existing and new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No fault: everything is passed on.
    None,
    /// Every chunk of bytes arrives later by this time.
    Delayed(Duration),
    /// Nothing is passed on, and no connection is closed.
    Frozen,
    /// New connections are closed at once, existing ones at their next byte.
    Refused,
    /// The connection is closed in the middle of a reply.
    CutInTheMiddle,
    /// PostgreSQL receives each `commit` of a transaction that writes a tenant's rows, but the connection is closed before its reply.
    CommitUnanswered,
    /// The sending direction of replies is closed while the other one stays open (TCP half-close).
    HalfClosed,
}

/// A TCP proxy to one address. It runs until the test process ends.
pub struct FaultProxy {
    /// The address at which the proxy listens.
    pub address: SocketAddr,
    fault: Arc<watch::Sender<Fault>>,
}

impl FaultProxy {
    /// Starts a proxy to `host:port` without a fault.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn to(target: &str) -> Self {
        let target = target.to_owned();
        let (fault, heard) = watch::channel(Fault::None);
        let address = on_harness(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("its number");
            tokio::spawn(accept(listener, target, heard));
            address
        })
        .await;
        Self { address, fault: Arc::new(fault) }
    }

    /// Applies this fault from now on.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

async fn accept(listener: TcpListener, target: String, fault: watch::Receiver<Fault>) {
    while let Ok((client, _)) = listener.accept().await {
        if *fault.borrow() == Fault::Refused {
            continue;
        }
        let (target, fault) = (target.clone(), fault.clone());
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(&target).await else { return };
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            // The first direction that ends closes the connection.
            tokio::select! {
                () = carry(from_client, to_server, fault.clone(), Direction::Requests) => {}
                () = carry(from_server, to_client, fault, Direction::Replies) => {}
            }
        });
    }
}

/// The direction of the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Requests,
    Replies,
}

/// Passes bytes in one direction until it ends or a fault ends it.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut fault: watch::Receiver<Fault>,
    direction: Direction,
) {
    let replies = direction == Direction::Replies;
    let mut piece = vec![0; 16 * 1024];
    let mut writes = false;
    loop {
        let length = match from.read(&mut piece).await {
            Ok(length) if length > 0 => length,
            _ => return,
        };
        let query = query(&piece[..length]);
        if query.starts_with("begin") {
            writes = query.contains("read committed") && query.contains("app.tenant_id");
        }
        let commits = !replies && writes && query.starts_with("commit");
        let now = *fault.borrow_and_update();
        match now {
            Fault::Delayed(by) => {
                let _over = timeout(by, pending::<()>()).await;
            }
            Fault::Frozen => {
                let thawed = fault.wait_for(|fault| *fault != Fault::Frozen).await.is_ok();
                if !thawed {
                    return;
                }
            }
            Fault::Refused => return,
            Fault::CutInTheMiddle if replies => {
                let _gone = to.write_all(&piece[..length / 2]).await;
                return;
            }
            Fault::HalfClosed if replies => {
                let _gone = to.shutdown().await;
                let _for_ever = fault.wait_for(|fault| *fault != Fault::HalfClosed).await.is_ok();
                return;
            }
            Fault::CommitUnanswered if commits => {
                // PostgreSQL has received the whole message before the connection ends, so it commits.
                let _sent = to.write_all(&piece[..length]).await;
                let _ended = to.shutdown().await;
                return;
            }
            // These faults concern the other direction only.
            Fault::None | Fault::CutInTheMiddle | Fault::HalfClosed | Fault::CommitUnanswered => {}
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}

/// Returns the text of a simple query in PostgreSQL's protocol (`Q`, a length of four bytes, the text). Empty for any other message.
fn query(message: &[u8]) -> &str {
    let text = message.strip_prefix(b"Q").and_then(|rest| rest.get(4..)).unwrap_or_default();
    str::from_utf8(text).unwrap_or_default()
}
