//! A writer that kills itself with `kill -9` at the given step. The crash tests start it.
//!
//! `cache-test-writer <redis> <database> <tenant> <before|fenced|committed|ended|never> <lease in milliseconds>`
#![expect(clippy::expect_used, reason = "a failure here fails the test that started it")]

use std::{process::Command, time::Duration};

use cache::{Entity, Writer};
use session::RedisLink;
use tenancy::{MaintenanceGrant, TenantContext};
use tokio::runtime::Handle;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [redis, database, tenant, stop, lease] = arguments.try_into().expect("five arguments");
    let lease = Duration::from_millis(lease.parse().expect("a number"));
    let link = |url: &str| RedisLink::new(url).expect("a URL");
    let cache = Writer::new(link(&redis), lease, Handle::current());
    let context = context(&tenant);
    kill_process_at("before", &stop);
    loop {
        let (database, stop_in_work) = (link(&database), stop.clone());
        let work = async move || {
            kill_process_at("fenced", &stop_in_work);
            let mut connection = database.connection();
            let written: Result<u64, redis::RedisError> =
                redis::cmd("INCR").arg("number").query_async(&mut connection).await;
            kill_process_at("committed", &stop_in_work);
            written
        };
        cache.write(&context, &[Entity::Department], work).await.expect("it is written");
        kill_process_at("ended", &stop);
    }
}

#[expect(clippy::disallowed_methods, reason = "a test acts for no user")]
fn context(tenant: &str) -> TenantContext {
    let tenant = tenant.parse().expect("a tenant's id");
    TenantContext::from_maintenance_grant(&MaintenanceGrant::for_job("test"), tenant)
}

fn kill_process_at(here: &str, stop: &str) {
    if here == stop {
        let id = std::process::id().to_string();
        let killed = Command::new("kill").args(["-9", &id]).status();
        unreachable!("`kill -9` did not end this process: {killed:?}");
    }
}
