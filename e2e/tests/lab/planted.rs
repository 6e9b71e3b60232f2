//! G14: an adversary who can write to the session Redis plants session records: which locks stop them.

use std::iter::once;

use api_types::paths;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Role;
use e2e::{
    Actor, Company, Laboratory, db_redis,
    db_session::{self, Fields, key_of, key_without_a_tenant, with},
};
use redis::aio::MultiplexedConnection;

use super::matrix::sets;

/// The results for one planted record.
pub(super) struct Planted {
    /// How the record was made.
    pub(super) name: &'static str,
    /// For how many single faults and how many double faults the product accepts it as a session.
    pub(super) leaks: [usize; 2],
    /// The smallest sets of up to three faults for which the product accepts it.
    pub(super) smallest: Vec<Vec<usize>>,
}

/// A record, the keys under which it is planted, and the client that sends its cookie.
struct Record {
    keys: [String; 2],
    fields: Fields,
    asker: Actor,
}

/// Plants each record with every set of up to three locks off, and requests the employee list with its cookie.
pub(super) async fn found(laboratory: &Laboratory, locks: &[String]) -> Vec<Planted> {
    let sessions = laboratory.product().value("REDIS_SESSION_URL").to_owned();
    let mut redis = db_redis::open(&sessions).await;
    let records = records(laboratory, &mut redis).await;
    let mut found: Vec<Planted> = records
        .iter()
        .map(|(name, _)| Planted { name, leaks: [0; 2], smallest: Vec::new() })
        .collect();
    for set in once(vec![]).chain([1, 2, 3].into_iter().flat_map(|size| sets(locks.len(), size))) {
        let off: Vec<&str> = set.iter().map(|lock| locks[*lock].as_str()).collect();
        laboratory.switch_off(&off).await;
        for (found, (name, record)) in found.iter_mut().zip(&records) {
            if record.is_believed(&mut redis).await {
                assert!(!set.is_empty(), "{name}: accepted with all locks on");
                found.note(&set);
            }
        }
    }
    let distances: Vec<usize> = found.iter().map(Planted::distance).collect();
    assert_eq!(
        distances,
        [1, 1, 1, 3],
        "the number of locks that stop a planted record has changed"
    );
    found
}

/// The records: two that the adversary writes and two that the adversary copies.
async fn records(
    laboratory: &Laboratory,
    redis: &mut MultiplexedConnection,
) -> Vec<(&'static str, Record)> {
    laboratory.switch_off(&[]).await;
    let [acme, betaco] = Company::pair(laboratory.stack).await;
    let cookie = |actor: &Actor| actor.session.clone().unwrap();
    let (employee, admin) = (acme.employee().await, acme.hr_admin().await);
    let stranger = betaco.hr_admin().await;
    let own = db_session::read(redis, &key_of(acme.tenant, &cookie(&employee))).await;
    let admins = db_session::read(redis, &key_of(acme.tenant, &cookie(&admin))).await;
    let strangers = db_session::read(redis, &key_of(betaco.tenant, &cookie(&stranger))).await;
    let promoted = with(&own, &[("role", Role::HrAdmin.as_str())]);
    let invented = URL_SAFE_NO_PAD.encode([0x5e; 32]);
    let visitor = acme.visitor();
    let at_acme = |cookie: &str, fields: Fields| Record {
        keys: [key_of(acme.tenant, cookie), key_without_a_tenant(cookie)],
        fields,
        asker: visitor.clone().with_session(cookie).without_canary_check(),
    };
    vec![
        ("written from nothing", at_acme(&invented, with(&promoted, &[("mac", "")]))),
        ("with another role", at_acme(&cookie(&employee), promoted)),
        ("copied from a colleague", at_acme(&cookie(&employee), admins)),
        ("copied from another company", at_acme(&cookie(&stranger), strangers)),
    ]
}

impl Record {
    /// Plants the record and sends a request with its cookie. Returns whether the product accepted it as a session.
    async fn is_believed(&self, redis: &mut MultiplexedConnection) -> bool {
        for key in &self.keys {
            db_session::plant(redis, key, &self.fields).await;
        }
        self.asker.get(paths::EMPLOYEES).send().await.status != 401
    }
}

impl Planted {
    /// The size of the smallest set of locks that must be off for the product to accept the record.
    pub(super) fn distance(&self) -> usize {
        self.smallest.first().map_or(usize::MAX, Vec::len)
    }

    fn note(&mut self, set: &[usize]) {
        if let Some(leaks) = self.leaks.get_mut(set.len() - 1) {
            *leaks += 1;
        }
        let has = |smaller: &Vec<usize>| smaller.iter().all(|lock| set.contains(lock));
        if !self.smallest.iter().any(has) {
            self.smallest.push(set.to_vec());
        }
    }
}
