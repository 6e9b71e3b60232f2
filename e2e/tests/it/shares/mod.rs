//! G3, O7: a flood of requests at one company, which PostgreSQL blocks for as long as the test wants, does not affect another company.

mod directory;
mod reads;
mod sign_in;

use std::time::Duration;

use e2e::{Reply, Request, Server, Stack, until};
use futures_util::future::join_all;
use tokio::task::JoinHandle;

/// How long a condition may take on a machine that is busy with something else.
const DEADLINE: Duration = Duration::from_secs(30);

/// A separate stack for one of these tests, because the statements that the test blocks in PostgreSQL would block other tests too.
async fn stack() -> &'static Stack {
    Stack::of_its_own().await
}

/// Requests that were sent and are not answered yet. They are not repeated after a 429 or 503.
struct Flood(Vec<JoinHandle<Reply>>);

impl Flood {
    fn of(requests: impl Iterator<Item = Request>) -> Self {
        Self(requests.map(|request| tokio::spawn(request.without_retry().send())).collect())
    }

    /// Waits for the answers to all of them.
    async fn replies(self) -> Vec<Reply> {
        let replies = join_all(self.0).await;
        replies.into_iter().map(|reply| reply.unwrap()).collect()
    }
}

/// How often the server has refused this tenant at this resource.
async fn refused(server: &Server, resource: &str, tenant: &str) -> u64 {
    let labels = [("resource", resource), ("tenant", tenant)];
    server.metrics().await.sum("watertight_refused_total", &labels)
}

/// How often the server has refused this tenant at any resource.
async fn refused_anywhere(server: &Server, tenant: &str) -> u64 {
    server.metrics().await.sum("watertight_refused_total", &[("tenant", tenant)])
}

/// Waits until the tenant's share of the resource is full, so that a request was refused.
async fn wait_until_share_is_full(server: &Server, resource: &str, tenant: &str) {
    until("a refusal of the flood", DEADLINE, async || {
        (refused(server, resource, tenant).await > 0).then_some(())
    })
    .await;
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}
