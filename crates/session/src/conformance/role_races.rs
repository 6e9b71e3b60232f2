//! The races between a change of role and everything else that happens to a session.

use chrono::{TimeDelta, Utc};
use futures_util::future::join;

use super::{Store, TTL, key, owner, someone};
use crate::{error::Error, sessions::KEPT};

impl Store<'_> {
    /// S2: a change of role while a session continues after an earlier one is not lost, whichever comes first.
    pub(super) async fn marking_against_renewing(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let change = self.change_role(&who, Utc::now() + TimeDelta::seconds(1));
        let (renewed, ()) = join(self.renew(&session), change).await;
        assert_eq!(self.mark_of(&who, &old).await, Some(true), "the old id");
        if let Some(new) = renewed {
            assert_eq!(self.mark_of(&who, &new.id).await, Some(true), "the new id");
        }
        assert_eq!(self.listed(&who).await.len(), 1);
        self.forget(&who).await;
    }

    /// S2: of two requests that find a marked session, one gets a new id.
    pub(super) async fn two_renewals_of_a_marked_session(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let (first, second) = join(self.renew(&session), self.renew(&session)).await;
        assert_ne!(first.is_some(), second.is_some(), "{first:?}, {second:?}");
        let new = first.or(second).expect("one of them");
        assert_eq!(self.listed(&who).await, [key(who.tenant, &new.id).to_digest()]);
        assert_eq!(self.mark_of(&who, &old).await, Some(false), "the old id");
        self.forget(&who).await;
    }

    /// S2, S4: nothing lives after a sign-out with the old id, whether the session has its new id by then or not.
    pub(super) async fn renewing_against_a_sign_out_with_the_old_id(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let (renewed, ()) = join(self.renew(&session), self.end(who.tenant, &old)).await;
        assert!(!self.is_alive(who.tenant, &old).await, "the old id");
        if let Some(new) = renewed {
            assert!(!self.is_alive(who.tenant, &new.id).await, "the new id");
        }
        assert!(self.listed(&who).await.is_empty());
    }

    /// S2, S4: nothing lives after all sessions of the account ended.
    pub(super) async fn renewing_against_ending_all(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let (renewed, ()) = join(self.renew(&session), self.end_all(&who, Utc::now())).await;
        assert!(!self.is_alive(who.tenant, &old).await, "the old id");
        if let Some(new) = renewed {
            assert!(!self.is_alive(who.tenant, &new.id).await, "the new id");
        }
        assert!(self.listed(&who).await.is_empty());
    }

    /// S2: a sign-in that read the old role starts no session after the change, or one that is marked.
    pub(super) async fn marking_against_a_sign_in(&self) {
        let (who, now) = (someone(), Utc::now());
        let sign_in = self.sessions.start(who.clone(), now - TimeDelta::milliseconds(1));
        let (started, ()) = join(sign_in, self.change_role(&who, now)).await;
        match started {
            Ok(started) => assert_eq!(self.mark_of(&who, &started.id).await, Some(true)),
            Err(error) => assert!(matches!(error, Error::Revoked), "{error:?}"),
        }
        self.forget(&who).await;
    }

    /// S2: a session that gets a new id while its account's role is changed has the mark under the new id.
    pub(super) async fn marking_against_replacing(&self) {
        let (who, now) = (someone(), Utc::now());
        let old = self.start(&who, now).await;
        let replace = self.sessions.replace(&old.session, None, now);
        let (replaced, ()) = join(replace, self.change_role(&who, now)).await;
        let new = replaced.expect("a new id");
        assert_eq!(self.mark_of(&who, &new.id).await, Some(true));
        assert_eq!(self.mark_of(&who, &old.id).await, None, "the old id");
        self.forget(&who).await;
    }

    /// S2: of a step-up and a request that continues the same marked session, one gets a new id.
    pub(super) async fn renewing_against_replacing(&self) {
        let (who, now) = (someone(), Utc::now());
        let (_, session) = self.start_marked(&who).await;
        let replace = self.sessions.replace(&session, None, now);
        let (renewed, replaced) = join(self.renew(&session), replace).await;
        assert_ne!(renewed.is_some(), replaced.is_ok(), "{renewed:?}, {replaced:?}");
        if let Some(renewed) = &renewed {
            let found = self.sessions.reload(&session, Utc::now()).await.expect("a result");
            assert_eq!(found.map(|one| one.digest()), Some(renewed.session.digest()));
        }
        let new = renewed.or(replaced.ok()).expect("one of them");
        assert_eq!(self.listed(&who).await, [key(who.tenant, &new.id).to_digest()]);
        self.forget(&who).await;
    }

    /// S2: a request that extends the session while it gets its new id does not extend the old one.
    pub(super) async fn renewing_against_extending(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let old = key(who.tenant, &old);
        let extend = self.sessions.backend.extend(&old, owner(&who), TTL);
        let (renewed, extended) = join(self.renew(&session), extend).await;
        extended.expect("the store answers");
        assert!(renewed.is_some());
        let stored = self.sessions.backend.read_record(who.tenant, &old).await;
        let left = stored.expect("a result").expect("the record").left.expect("an expiry");
        assert!(left <= KEPT, "{left:?}");
        self.forget(&who).await;
    }
}
