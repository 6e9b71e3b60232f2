//! G3, O7: a flood at one company, held in PostgreSQL for as long as the test wants, and the company beside it.

mod directory;
mod reads;
mod sign_in;

use std::time::Duration;

use e2e::{Reply, Request, Server, Stack, until};
use futures_util::future::join_all;
use tokio::task::JoinHandle;

/// How long a condition may take on a machine that is busy with something else.
const SOON: Duration = Duration::from_secs(30);

/// A stack for one of these tests, which holds statements in its PostgreSQL: another test there would be held too.
async fn stack() -> &'static Stack {
    Stack::of_its_own().await
}

/// Requests that were sent and are answered some time, each taking 429 and 503 for an answer.
struct Flood(Vec<JoinHandle<Reply>>);

impl Flood {
    fn of(requests: impl Iterator<Item = Request>) -> Self {
        Self(requests.map(|request| tokio::spawn(request.impatient().send())).collect())
    }

    /// Waits for the answers to all of them.
    async fn replies(self) -> Vec<Reply> {
        let replies = join_all(self.0).await;
        replies.into_iter().map(|reply| reply.unwrap()).collect()
    }
}

/// How often the server has refused this holder at this resource.
async fn refused(server: &Server, resource: &str, tenant: &str) -> u64 {
    let labels = [("resource", resource), ("tenant", tenant)];
    server.metrics().await.sum("watertight_refused_total", &labels)
}

/// How often the server has refused this holder at any resource.
async fn refused_anywhere(server: &Server, tenant: &str) -> u64 {
    server.metrics().await.sum("watertight_refused_total", &[("tenant", tenant)])
}

/// Waits until the holder has been refused at the resource: its share is full.
async fn share_is_full(server: &Server, resource: &str, tenant: &str) {
    until("a refusal of the flood", SOON, async || {
        (refused(server, resource, tenant).await > 0).then_some(())
    })
    .await;
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}
