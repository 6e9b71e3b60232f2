//! The races that no store may lose.

use chrono::{TimeDelta, Utc};
use futures_util::future::join;

use super::{LIMIT, Store, TTL, key, owner, someone};
use crate::{error::Error, sessions::Started};

impl Store<'_> {
    /// S2: whatever the order, an ended session stays ended.
    pub(super) async fn renewing_against_ending(&self) {
        let who = someone();
        let id = self.start(&who, Utc::now()).await.id;
        let key = key(who.tenant, &id);
        let renew = self.sessions.backend.extend(&key, owner(&who), TTL);
        let (renewed, ()) = join(renew, self.end(who.tenant, &id)).await;
        renewed.expect("the store answers");
        assert!(!self.is_alive(who.tenant, &id).await, "a session that ended while it was renewed");
    }

    /// S2, S4: either the sign-in is refused, or its session is ended.
    pub(super) async fn signing_in_against_ending_all(&self) {
        let (who, now) = (someone(), Utc::now());
        let sign_in = self.sessions.start(who.clone(), now - TimeDelta::milliseconds(1));
        let (started, ()) = join(sign_in, self.end_all(&who, now)).await;
        match started {
            Ok(started) => assert!(!self.is_alive(who.tenant, &started.id).await),
            Err(error) => assert!(matches!(error, Error::Revoked), "{error:?}"),
        }
    }

    /// S3: two renewals of one record leave a whole record.
    pub(super) async fn two_renewals(&self) {
        let who = someone();
        let id = self.start(&who, Utc::now()).await.id;
        let key = key(who.tenant, &id);
        let renew = |ttl| self.sessions.backend.extend(&key, owner(&who), ttl);
        let (first, second) = join(renew(TTL), renew(TTL * 2)).await;
        first.and(second).expect("the store answers");
        let stored = self.sessions.backend.read_record(who.tenant, &key).await;
        let left = stored.expect("a result").expect("the record").left.expect("an expiry");
        assert!(left <= TTL * 2 && left > TTL / 2, "{left:?}");
        assert!(self.is_alive(who.tenant, &id).await);
        self.forget(&who).await;
    }

    /// G13: however many sign-ins of one account run at the same time, as many sessions live as the limit allows, and the others are reported as ended.
    pub(super) async fn sign_ins_against_the_limit(&self) {
        let (who, now) = (someone(), Utc::now());
        let starts = (0..5).map(|_| self.start(&who, now));
        let started = futures_util::future::join_all(starts).await;
        let ended: Vec<_> = started.iter().flat_map(|started| &started.ended).collect();
        let mut alive = 0;
        for Started { id, .. } in &started {
            let reported = ended.contains(&&key(who.tenant, id).to_digest());
            let lives = self.is_alive(who.tenant, id).await;
            assert_ne!(lives, reported, "a session that ended is reported, and no other");
            alive += u16::from(lives);
        }
        assert_eq!(alive, LIMIT);
        self.forget(&who).await;
    }

    /// S2: a session that ends while it is replaced is either not replaced, or was replaced before and continues under the new id only.
    pub(super) async fn replacing_against_ending(&self) {
        let (who, now) = (someone(), Utc::now());
        let old = self.start(&who, now).await;
        let replace = self.sessions.replace(&old.session, None, now);
        let (replaced, ()) = join(replace, self.end(who.tenant, &old.id)).await;
        assert!(!self.is_alive(who.tenant, &old.id).await, "the old id");
        match replaced {
            Ok(new) => assert!(self.is_alive(who.tenant, &new.id).await, "the new id"),
            Err(error) => assert!(matches!(error, Error::Revoked), "{error:?}"),
        }
        self.forget(&who).await;
    }

    /// S2: of two replacements of one session, one succeeds.
    pub(super) async fn two_replacements(&self) {
        let (who, now) = (someone(), Utc::now());
        let old = self.start(&who, now).await;
        let replace = || self.sessions.replace(&old.session, None, now);
        let (first, second) = join(replace(), replace()).await;
        assert_ne!(first.is_ok(), second.is_ok(), "{first:?}, {second:?}");
        assert_eq!(self.listed(&who).await.len(), 1);
        self.forget(&who).await;
    }

    /// S4: a list while the account signs in shows the sessions that began before, with or without the new one.
    pub(super) async fn listing_against_a_sign_in(&self) {
        let (who, now) = (someone(), Utc::now());
        let before = key(who.tenant, &self.start(&who, now).await.id).to_digest();
        let (listed, started) = join(self.listed(&who), self.start(&who, now)).await;
        let new = key(who.tenant, &started.id).to_digest();
        assert!(listed.contains(&before), "{listed:?}");
        assert!(listed.iter().all(|digest| [&before, &new].contains(&digest)), "{listed:?}");
        assert_eq!(self.listed(&who).await.len(), 2, "after both");
        self.forget(&who).await;
    }

    /// S4: a list while a session ends is a list, and shows the ended session at most once more.
    pub(super) async fn listing_against_ending(&self) {
        let (who, now) = (someone(), Utc::now());
        let [kept, ended] = [self.start(&who, now).await.id, self.start(&who, now).await.id];
        let kept = key(who.tenant, &kept).to_digest();
        let (listed, ()) = join(self.listed(&who), self.end(who.tenant, &ended)).await;
        assert!(listed.contains(&kept), "{listed:?}");
        assert_eq!(self.listed(&who).await, [kept], "after the end");
        self.forget(&who).await;
    }
}
