//! The stream of Server-Sent Events: the state at the beginning, then every change.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use serde::Serialize;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, interval_at},
};

use super::Page;
use crate::{
    clients::{ClientEvent, Snapshot},
    command::nodes::state::ClusterState,
};

/// How often a comment is sent, so that a page that was closed is noticed although nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How many messages may wait for a slow page.
const BUFFERED_MESSAGES: usize = 32;

/// The states that are sent besides [`ClientEvent`].
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum State<'a> {
    Cluster(&'a ClusterState),
    Clients(&'a Snapshot),
}

/// The page is closed, or a message cannot be written.
struct Closed;

/// The body of the stream. It ends when the page closes the connection.
pub(super) fn stream(page: &Arc<Page>) -> Channel<Bytes, Infallible> {
    let (sender, body) = Channel::new(BUFFERED_MESSAGES);
    let page = Arc::clone(page);
    tokio::spawn(async move {
        let _closed = send_all(&page, sender).await;
    });
    body
}

async fn send_all(page: &Page, mut sender: Sender<Bytes>) -> Result<(), Closed> {
    let mut cluster = page.cluster.clone();
    // Browsers wait that many milliseconds before they connect again.
    send_text(&mut sender, "retry: 2000\n\n".to_owned()).await?;
    let state = cluster.borrow_and_update().clone();
    send(&mut sender, &State::Cluster(&state)).await?;
    let (snapshot, mut events) = page.journal.subscribe();
    send(&mut sender, &State::Clients(&snapshot)).await?;
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    loop {
        tokio::select! {
            changed = cluster.changed() => {
                changed.map_err(|_| Closed)?;
                let state = cluster.borrow_and_update().clone();
                send(&mut sender, &State::Cluster(&state)).await?;
            }
            event = events.recv() => match event {
                Ok(event) => send::<ClientEvent>(&mut sender, &event).await?,
                Err(RecvError::Closed) => return Err(Closed),
                // The page was too slow: it gets the whole state again.
                Err(RecvError::Lagged(_)) => {
                    let snapshot;
                    (snapshot, events) = page.journal.subscribe();
                    send(&mut sender, &State::Clients(&snapshot)).await?;
                }
            },
            _ = heartbeat.tick() => send_text(&mut sender, ":\n\n".to_owned()).await?,
        }
    }
}

async fn send<T: Serialize>(sender: &mut Sender<Bytes>, message: &T) -> Result<(), Closed> {
    // JSON has no line breaks, so one line of data is enough.
    let json = serde_json::to_string(message).map_err(|_| Closed)?;
    send_text(sender, format!("data: {json}\n\n")).await
}

async fn send_text(sender: &mut Sender<Bytes>, text: String) -> Result<(), Closed> {
    sender.send_data(Bytes::from(text)).await.map_err(|_| Closed)
}
