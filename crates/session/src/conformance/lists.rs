//! Lists of sessions, and sessions that continue under a new id.

use chrono::Utc;

use super::{POLICY, Store, key, someone};
use crate::{
    device::Device,
    error::Error,
    id::{SessionDigest, SessionId},
    sessions::{Session, SignedIn},
};

impl Store<'_> {
    /// The digests of the sessions that the account has now.
    pub(super) async fn listed(&self, who: &SignedIn) -> Vec<SessionDigest> {
        let listed = self.sessions.list(who.tenant, who.account, POLICY, Utc::now()).await;
        listed.expect("a result").into_iter().map(|listed| listed.digest).collect()
    }

    /// S4: an account lists its sessions with their devices, and none of another account, of another tenant, that has ended or that has expired.
    pub(super) async fn an_account_lists_its_own_sessions(&self) {
        let (who, now) = (someone(), Utc::now());
        assert!(self.listed(&who).await.is_empty(), "before the first sign-in");
        let colleague = SignedIn { account: someone().account, ..who.clone() };
        let namesake = SignedIn { tenant: someone().tenant, ..who.clone() };
        let phone = Device { user_agent: "Phone".to_owned(), address: "192.0.2.7".parse().ok() };
        let on_phone = SignedIn { device: phone.clone(), ..who.clone() };
        let (first, second) = (self.start(&who, now).await.id, self.start(&on_phone, now).await.id);
        for other in [&colleague, &namesake] {
            self.start(other, now).await;
        }
        let listed = self.sessions.list(who.tenant, who.account, POLICY, now).await;
        let listed = listed.expect("a result");
        let digest = |id: &SessionId| key(who.tenant, id).to_digest();
        let mut digests: Vec<_> = listed.iter().map(|one| one.digest.as_str()).collect();
        let mut own = [digest(&first), digest(&second)];
        digests.sort_unstable();
        own.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        assert_eq!(digests, own.each_ref().map(SessionDigest::as_str));
        let second_listed =
            listed.iter().find(|one| one.digest == digest(&second)).expect("the phone");
        assert_eq!(second_listed.device, phone);
        assert_eq!(second_listed.session.account(), who.account);
        self.end(who.tenant, &first).await;
        assert_eq!(self.listed(&who).await, [digest(&second)], "after the first ended");
        let expired = second_listed.session.expires_at();
        let later = self.sessions.list(who.tenant, who.account, POLICY, expired).await;
        assert!(later.expect("a result").is_empty(), "at the absolute expiry");
    }

    /// S2, S4: a session that replaces another has a new id, and ends with it when all sessions of the account end. Its sign-in, device and expiry are the same.
    pub(super) async fn a_replaced_session_is_the_same_sign_in(&self) {
        let (who, now) = (someone(), Utc::now());
        let device = Device { user_agent: "Laptop".to_owned(), address: None };
        let who = SignedIn { device: device.clone(), ..who };
        let old = self.start(&who, now).await;
        let new = self.sessions.replace(&old.session, None, now).await.expect("a new session");
        assert_ne!(new.id, old.id);
        assert!(!self.is_alive(who.tenant, &old.id).await, "the old id");
        let again = self.sessions.replace(&old.session, None, now).await;
        assert!(matches!(again, Err(Error::Revoked)), "a session that has ended: {again:?}");
        let listed = self.sessions.list(who.tenant, who.account, POLICY, Utc::now()).await;
        let [listed] = &listed.expect("a result")[..] else { panic!("one session") };
        let digest = key(who.tenant, &new.id).to_digest();
        assert_eq!((&listed.digest, &listed.device), (&digest, &device));
        let times = |session: &Session| {
            let times = [session.signed_in_at(), session.authenticated_at(), session.expires_at()];
            times.map(|time| time.timestamp_millis())
        };
        assert_eq!(times(&listed.session), times(&old.session));
        self.end_all(&who, now).await;
        assert!(!self.is_alive(who.tenant, &new.id).await, "after the end of all");
        let refused = self.sessions.replace(&old.session, None, now).await;
        assert!(matches!(refused, Err(Error::Revoked)), "after the end of all: {refused:?}");
    }
}
