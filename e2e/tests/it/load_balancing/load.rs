//! Clients that send requests until a test tells them to stop.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use api_types::{EmployeeView, paths};
use domain::{EmployeeId, Role};
use e2e::{Actor, Company, Reply, Request, Stack};
use futures_util::future::{join, join_all};

use super::Balanced;
use crate::write::{create, new_employee};

/// How many clients read.
const READERS: usize = 3;
/// How many employees are created at most.
const MOST_WRITES: usize = 1_000;

/// What may happen to a request while a node is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failures {
    /// Every request is answered by a node.
    None,
    /// A write may fail, because it may be sent once only.
    OfWrites,
}

/// The load on a pair of nodes.
pub(super) struct Load<'a> {
    company: &'a Company,
    admin: Actor,
    failures: Failures,
    done: AtomicBool,
    reads: AtomicUsize,
}

impl<'a> Load<'a> {
    /// Clients of an HR admin who has just signed in.
    pub(super) async fn of(balanced: &Balanced, company: &'a Company, failures: Failures) -> Self {
        let browser = balanced.signed_in(company, Role::HrAdmin).await;
        let admin = browser.actor.with_session(&browser.cookies[Reply::SESSION_COOKIE]);
        Self {
            company,
            admin,
            failures,
            done: AtomicBool::default(),
            reads: AtomicUsize::default(),
        }
    }

    /// Sends requests while `work` runs. Afterwards every employee whose creation was answered is in the database.
    pub(super) async fn during(&self, work: impl Future<Output = ()>) {
        let work = async {
            work.await;
            self.done.store(true, Ordering::Relaxed);
        };
        let readers = join_all((0..READERS).map(|_| self.read()));
        let (created, _) = join(self.write(), join(work, readers)).await;
        assert!(!created.is_empty(), "the control: writes were answered");
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

    async fn read(&self) {
        while !self.done.load(Ordering::Relaxed) {
            let reply = answered(|| self.admin.get(paths::SESSION)).await.unwrap();
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
            match answered(|| create(&self.admin, &new)).await {
                Some(reply) if reply.status == 201 => {
                    created.push(reply.json::<EmployeeView>().row.id);
                }
                Some(reply) if !matches!(reply.status, 502..=504) => panic!("{reply:?}"),
                failed => assert!(self.failures == Failures::OfWrites, "{failed:?}"),
            }
        }
        created
    }
}

/// Sends a request again while a node answers that it is busy, because the tests share two cores. Returns the reply, also one of the load balancer itself, or
/// nothing if the connection ended without a reply.
async fn answered(request: impl Fn() -> Request) -> Option<Reply> {
    loop {
        let reply = request().try_send().await?;
        // The load balancer's own replies have no request id.
        let is_busy = matches!(reply.status, 429 | 503) && reply.header("x-request-id").is_some();
        if !is_busy {
            return Some(reply);
        }
    }
}
