//! Clients that send requests until a test tells them to stop.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use api_types::{EmployeeView, paths};
use domain::{EmployeeId, Role};
use e2e::{Actor, Company, Reply, Request, Stack};
use futures_util::future::{join, join_all};

use super::TwoNodes;
use crate::write::{create, new_employee};

/// How many clients read.
const READERS: usize = 3;
/// How many employees are created at most.
const MOST_WRITES: usize = 1_000;

/// Which requests may get no reply of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AllowedFailures {
    /// None: every request is answered by a node.
    None,
    /// Writes, because a write is not sent a second time.
    Writes,
}

/// The load on a pair of nodes.
pub(super) struct Load<'a> {
    company: &'a Company,
    admin: Actor,
    allowed: AllowedFailures,
    done: AtomicBool,
    reads: AtomicUsize,
    busy: AtomicUsize,
}

impl<'a> Load<'a> {
    /// Clients of an HR admin who has just signed in.
    pub(super) async fn new(
        nodes: &TwoNodes,
        company: &'a Company,
        allowed: AllowedFailures,
    ) -> Self {
        let browser = nodes.signed_in(company, Role::HrAdmin).await;
        let admin = browser.actor.with_session(&browser.cookies[Reply::SESSION_COOKIE]);
        Self {
            company,
            admin,
            allowed,
            done: AtomicBool::default(),
            reads: AtomicUsize::default(),
            busy: AtomicUsize::default(),
        }
    }

    /// Sends requests while `work` runs. Afterwards every employee whose creation was answered is in the database, and
    /// nodes have refused few requests.
    pub(super) async fn run_while(&self, work: impl Future<Output = ()>) {
        let work = async {
            work.await;
            self.done.store(true, Ordering::Relaxed);
        };
        let readers = join_all((0..READERS).map(|_| self.read()));
        let (created, _) = join(self.write(), join(work, readers)).await;
        assert!(!created.is_empty(), "the control: writes were answered");
        let (busy, reads) = (self.busy.load(Ordering::Relaxed), self.reads());
        assert!(busy <= reads / 10, "{busy} requests were refused, {reads} reads were answered");
        let ids: Vec<String> = created.iter().map(|id| format!("'{id}'")).collect();
        let stored = format!(
            "(select count(*) from employee where id in ({})) = {}",
            ids.join(","),
            created.len()
        );
        assert!(Stack::get().await.postgres.db_holds(&stored).await, "an answered write is lost");
    }

    /// How many reads were answered so far.
    pub(super) fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    /// Sends a request again while a node answers that it is busy. Returns the reply, also one of the load balancer itself, or `None` if the connection ended
    /// without a reply.
    async fn answered(&self, request: impl Fn() -> Request) -> Option<Reply> {
        loop {
            let reply = request().try_send().await?;
            if !is_busy(&reply) {
                return Some(reply);
            }
            self.busy.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn read(&self) {
        while !self.done.load(Ordering::Relaxed) {
            let reply = self.answered(|| self.admin.get(paths::SESSION)).await.unwrap();
            assert_eq!(reply.status, 200, "{}", reply.text());
            self.reads.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Creates employees. Returns those whose creation was answered.
    async fn write(&self) -> Vec<EmployeeId> {
        let mut created = Vec::new();
        for number in 0..MOST_WRITES {
            if self.done.load(Ordering::Relaxed) {
                break;
            }
            let new = new_employee(self.company, &format!("Neu{number}"));
            match self.answered(|| create(&self.admin, &new)).await {
                Some(reply) if reply.status == 201 => {
                    created.push(reply.json::<EmployeeView>().row.id);
                }
                Some(reply) if !matches!(reply.status, 502..=504) => panic!("{reply:?}"),
                failed => assert!(self.allowed == AllowedFailures::Writes, "{failed:?}"),
            }
        }
        created
    }
}

/// Whether a node answered that it is busy. The tests share two cores, so that happens for reasons that have nothing to do with the test. The load balancer's own
/// replies have no request id.
pub(super) fn is_busy(reply: &Reply) -> bool {
    matches!(reply.status, 429 | 503) && reply.header("x-request-id").is_some()
}
