//! Stands between the product and what it needs, and does to the connections what networks do.

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

/// What happens to every connection, those that are there and those that come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Every piece arrives later by this.
    Delayed(Duration),
    /// Nothing arrives any more and nothing is closed.
    Frozen,
    /// New connections are closed at once, and those that are there with their next byte.
    Refused,
    /// A reply ends in its middle, with the connection.
    CutInTheMiddle,
    /// PostgreSQL is given each `commit` of a transaction that writes a tenant's rows, and its answer is lost with the connection.
    CommitUnanswered,
    /// The other side says that it will say no more, and goes on listening.
    HalfClosed,
}

/// A TCP proxy to one address. It ends with the test process.
pub struct FaultProxy {
    /// Where it listens: `host:port`.
    pub address: SocketAddr,
    fault: Arc<watch::Sender<Fault>>,
}

impl FaultProxy {
    /// A proxy to `host:port` that passes everything.
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

    /// From now on this happens.
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
            // Whichever direction ends first ends the connection.
            tokio::select! {
                () = carry(from_client, to_server, fault.clone(), Direction::Requests) => {}
                () = carry(from_server, to_client, fault, Direction::Replies) => {}
            }
        });
    }
}

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Requests,
    Replies,
}

/// Carries one direction until it ends or is ended.
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
                // The server has the whole message before the connection ends, so it commits.
                let _sent = to.write_all(&piece[..length]).await;
                let _ended = to.shutdown().await;
                return;
            }
            // What cuts replies lets requests through.
            Fault::None | Fault::CutInTheMiddle | Fault::HalfClosed | Fault::CommitUnanswered => {}
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}

/// The text of a simple query of PostgreSQL's protocol: `Q`, four bytes of length, the text. Empty for any other message.
fn query(message: &[u8]) -> &str {
    let text = message.strip_prefix(b"Q").and_then(|rest| rest.get(4..)).unwrap_or_default();
    str::from_utf8(text).unwrap_or_default()
}
