//! Sessions of an account whose role was changed: they are marked, and continue under a new id with the present role.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::Role;

use super::{LIMIT, POLICY, Store, TTL, key, owner, someone};
use crate::{
    batch::ReadBatch,
    device::Device,
    error::Error,
    id::SessionId,
    record_store::Renewal,
    revocation::{Revocation, Subject},
    sessions::{KEPT, Session, SignedIn, Started},
    token_revocation::TokenOrigin,
};

/// Longer than a replaced id is accepted, and shorter than its record is kept.
const NO_LONGER_ACCEPTED: Duration = Duration::from_millis(10_500);

impl Store<'_> {
    /// Marks the sessions of the account that began at `until` or before.
    pub(super) async fn change_role(&self, who: &SignedIn, until: DateTime<Utc>) {
        let (tenant, subject) = (who.tenant, Subject::Role(who.account));
        self.revoke(Revocation { tenant, subject, revoked_at: until }).await;
    }

    /// Starts a session, changes the role of its account, and returns the session with the present role.
    pub(super) async fn start_marked(&self, who: &SignedIn) -> (SessionId, Session) {
        let now = Utc::now();
        let id = self.start(who, now).await.id;
        self.change_role(who, now).await;
        let session = self.find(who.tenant, &id, Utc::now()).await.expect("it lives");
        assert!(session.has_changed_role(), "a session that began before the change");
        (id, session.with_rights(Role::Auditor, None))
    }

    /// Whether the session lives and must learn the present role; `None` if it does not live.
    pub(super) async fn mark_of(&self, who: &SignedIn, id: &SessionId) -> Option<bool> {
        let session = self.find(who.tenant, id, Utc::now()).await;
        session.map(|session| session.has_changed_role())
    }

    pub(super) async fn renew(&self, session: &Session) -> Option<Started> {
        self.sessions.renew(session, Utc::now()).await.expect("the store answers")
    }

    /// S2: a change of role ends no session. It marks those of the account that began before it, and revokes the account's tokens.
    pub(super) async fn a_change_of_role_marks_the_sessions_of_its_account(&self) {
        let (who, begun) = (someone(), Utc::now());
        let sessions = self.start_around(&who, begun).await;
        self.change_role(&who, begun).await;
        let mut marks = Vec::new();
        for (who, id) in &sessions {
            marks.push(self.mark_of(who, id).await);
        }
        let [_, _, _, (colleague, _), _] = &sessions;
        assert_eq!(marks, [true, true, false, false, false].map(Some));
        for (account, at, revoked) in [
            (who.account, begun, true),
            (who.account, begun + TimeDelta::seconds(1), false),
            (colleague.account, begun, false),
        ] {
            let origin = TokenOrigin { tenant: who.tenant, account, origin: None, at };
            let mut batch = ReadBatch::over(self.link, who.tenant);
            let check = self.sessions.ask_revocations(&mut batch, &origin).expect("is asked");
            let mut replies = batch.send().await.expect("redis answers");
            let found = self.sessions.is_revoked(check, &mut replies).expect("a result");
            assert_eq!(found, revoked, "a token of a sign-in at {at}");
        }
        let late = self.sessions.start(who.clone(), begun - TimeDelta::seconds(2)).await;
        assert!(matches!(late, Err(Error::Revoked)), "a sign-in that is under way: {late:?}");
    }

    /// S2: an earlier change that is carried out later does not replace the mark of a later one, and a record that began after the change gets none.
    pub(super) async fn the_latest_change_of_role_counts(&self) {
        let (who, now) = (someone(), Utc::now());
        let key = key(who.tenant, &self.start(&who, now).await.id);
        for (seconds, marked) in [(5, 5), (2, 5), (9, 9)] {
            self.change_role(&who, now + TimeDelta::seconds(seconds)).await;
            let stored = self.sessions.backend.read_record(who.tenant, &key).await;
            let marks = stored.expect("a result").expect("the record").marks;
            let marked = (now + TimeDelta::seconds(marked)).timestamp_millis();
            assert_eq!((marks.role_changed_at, marks.replaced_by), (Some(marked), None));
        }
    }

    /// S2, S4: a marked session continues under a new id with the present role, with the same sign-in, device and expiry. The old id finds the same session.
    pub(super) async fn a_marked_session_continues_under_a_new_id(&self) {
        let device = Device { user_agent: "Laptop".to_owned(), address: None };
        let who = SignedIn { device: device.clone(), ..someone() };
        let (old, session) = self.start_marked(&who).await;
        let new = self.renew(&session).await.expect("it continues");
        assert_ne!(new.id, old);
        assert!(self.renew(&session).await.is_none(), "a second time");
        let digest = key(who.tenant, &new.id).to_digest();
        for id in [&old, &new.id] {
            let found = self.find(who.tenant, id, Utc::now()).await.expect("it lives");
            assert_eq!((found.digest(), found.role()), (digest.clone(), Role::Auditor));
            assert!(!found.has_changed_role() && !found.needs_cookie());
            let times = |one: &Session| {
                let times = [one.signed_in_at(), one.authenticated_at(), one.expires_at()];
                times.map(|time| time.timestamp_millis())
            };
            assert_eq!(times(&found), times(&session));
        }
        let listed = self.sessions.list(who.tenant, who.account, POLICY, Utc::now()).await;
        let [listed] = &listed.expect("a result")[..] else { panic!("one session") };
        assert_eq!((&listed.digest, &listed.device), (&digest, &device));
        let old_digest = key(who.tenant, &old).to_digest();
        let continued = self.sessions.continued_as(who.tenant, &old_digest).await;
        assert_eq!(continued.expect("a result"), Some(digest.clone()));
        assert_eq!(self.sessions.continued_as(who.tenant, &digest).await.expect("a result"), None);
    }

    /// S2, G13: a replaced id is not extended, does not count for the limit of sessions, and is not replaced once more.
    pub(super) async fn a_replaced_id_has_no_life_of_its_own(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let new = self.renew(&session).await.expect("it continues");
        let old_key = key(who.tenant, &old);
        let backend = &self.sessions.backend;
        backend.extend(&old_key, owner(&who), TTL).await.expect("the store answers");
        let stored = backend.read_record(who.tenant, &old_key).await.expect("a result");
        let left = stored.expect("the record").left.expect("an expiry");
        assert!(left <= KEPT, "{left:?}");
        let stepped_up = self.sessions.replace(&session, None, Utc::now()).await;
        assert!(matches!(stepped_up, Err(Error::Revoked)), "{stepped_up:?}");
        for second in 1..LIMIT {
            let at = Utc::now() + TimeDelta::seconds(second.into());
            assert!(self.start(&who, at).await.ended.is_empty(), "as many as the limit");
        }
        assert_eq!(self.listed(&who).await.len(), usize::from(LIMIT));
        let last = self.start(&who, Utc::now() + TimeDelta::minutes(1)).await;
        assert_eq!(last.ended, [key(who.tenant, &new.id).to_digest()]);
        assert!(!self.is_alive(who.tenant, &old).await, "after the session ended");
    }

    /// S2, S4: whichever id ends, and also if all sessions of the account end, the session ends under both ids.
    pub(super) async fn a_continued_session_ends_under_both_ids(&self) {
        for by_old in [Some(true), Some(false), None] {
            let who = someone();
            let (old, session) = self.start_marked(&who).await;
            let middle = self.renew(&session).await.expect("it continues");
            self.change_role(&who, Utc::now() + TimeDelta::seconds(1)).await;
            let session = self.find(who.tenant, &old, Utc::now()).await.expect("it lives");
            let last = self.renew(&session).await.expect("it continues once more");
            for id in [&old, &middle.id, &last.id] {
                assert_eq!(self.mark_of(&who, id).await, Some(false), "the control");
            }
            match by_old {
                Some(true) => self.end(who.tenant, &old).await,
                Some(false) => self.end(who.tenant, &last.id).await,
                None => self.end_all(&who, Utc::now()).await,
            }
            for id in [&old, &middle.id, &last.id] {
                assert!(!self.is_alive(who.tenant, id).await, "by the old id: {by_old:?}");
            }
            assert!(self.listed(&who).await.is_empty());
        }
    }

    /// S2: a change that is carried out a second time, by another node for example, does not mark a session that has learned the role. The next change does.
    pub(super) async fn a_repeated_change_of_role_marks_nothing(&self) {
        let (who, begun) = (someone(), Utc::now());
        let old = self.start(&who, begun).await.id;
        self.change_role(&who, begun).await;
        let session = self.find(who.tenant, &old, Utc::now()).await.expect("it lives");
        let new = self.renew(&session).await.expect("it continues");
        for (until, marked) in [(begun, false), (begun + TimeDelta::seconds(1), true)] {
            self.change_role(&who, until).await;
            for id in [&old, &new.id] {
                assert_eq!(self.mark_of(&who, id).await, Some(marked), "the change at {until}");
            }
        }
    }

    /// S2: the note that an id was replaced ends nothing in a store that knows the new id, however often it is carried out. It ends a record that an old copy of
    /// the store has brought back.
    pub(super) async fn the_note_of_a_replaced_id_ends_an_old_copy_only(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let old_digest = self.sessions.digest(who.tenant, &old);
        let note = || Revocation {
            tenant: who.tenant,
            subject: Subject::Replaced(old_digest.clone()),
            revoked_at: Utc::now(),
        };
        let new = self.renew(&session).await.expect("it continues").id;
        for _ in 0..2 {
            self.revoke(note()).await;
            assert!(self.is_alive(who.tenant, &old).await && self.is_alive(who.tenant, &new).await);
        }
        let old_copy = self.start(&who, Utc::now() + TimeDelta::seconds(1)).await.id;
        let subject = Subject::Replaced(self.sessions.digest(who.tenant, &old_copy));
        self.revoke(Revocation { subject, ..note() }).await;
        assert!(!self.is_alive(who.tenant, &old_copy).await, "a record that knows no new id");
        assert_eq!(self.listed(&who).await.len(), 1);
    }

    /// S2: a session that gets a new id for another reason keeps the mark, so that it learns the present role at its next request.
    pub(super) async fn a_new_id_keeps_the_mark(&self) {
        let (who, now) = (someone(), Utc::now());
        let old = self.start(&who, now).await;
        self.change_role(&who, now).await;
        let new = self.sessions.replace(&old.session, None, now).await.expect("a new id");
        assert_eq!(self.mark_of(&who, &new.id).await, Some(true));
        assert_eq!(self.mark_of(&who, &old.id).await, None);
    }

    /// S2: ten seconds after it was replaced, the old id is not a session. A sign-out that began with it ends the session all the same.
    pub(super) async fn a_replaced_id_ends_after_ten_seconds(&self) {
        let who = someone();
        let (old, session) = self.start_marked(&who).await;
        let new = self.renew(&session).await.expect("it continues");
        assert!(self.is_alive(who.tenant, &old).await, "at once");
        tokio::time::sleep(NO_LONGER_ACCEPTED).await;
        assert!(!self.is_alive(who.tenant, &old).await, "after ten seconds");
        assert!(self.is_alive(who.tenant, &new.id).await, "the new id");
        self.end(who.tenant, &old).await;
        assert!(!self.is_alive(who.tenant, &new.id).await, "a late sign-out");
    }

    /// G14: a record that leads to the record of another sign-in is not a session, although both are authentic.
    pub(super) async fn a_record_that_leads_to_a_stranger_is_not_a_session(&self) {
        let (who, now) = (someone(), Utc::now());
        let colleague = SignedIn { account: someone().account, ..who.clone() };
        for victim in [&colleague, &who] {
            let (own, session) = self.start_marked(&who).await;
            let theirs = self.start(victim, now + TimeDelta::seconds(1)).await.id;
            let (own_key, their_key) = (key(who.tenant, &own), key(victim.tenant, &theirs));
            let backend = &self.sessions.backend;
            let stored = backend.read_record(who.tenant, &own_key).await.expect("a result");
            let marked_at = stored.expect("the record").marks.role_changed_at.expect("a mark");
            let fields = self.fields(victim.tenant, &their_key).await;
            let forged = Renewal {
                key: their_key,
                owner: owner(victim),
                fields,
                ttl: TTL,
                replaces: own_key,
                marked_at,
                kept: KEPT,
            };
            let linked = backend.renew(forged).await.expect("the store answers");
            // A store with an index for each account cannot hold a link to another account.
            assert!(linked || victim.account != who.account, "the control: a link was written");
            assert!(self.is_alive(victim.tenant, &theirs).await, "the control: the victim");
            assert_ne!(self.is_alive(who.tenant, &own).await, linked, "{:?}", session.account());
        }
    }
}
