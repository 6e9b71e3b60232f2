//! Whether the person signed in recently enough for this request: `prompt` and `max_age` (OpenID Connect Core §3.1.2.1).
//!
//! The sign-in page leads back to the same address, and the same parameters would ask the person to sign in again, without end. So the address that it
//! leads back to carries a ticket: a sign-in after the ticket's moment is recent enough. The ticket is authenticated with a MAC over everything that it
//! was made for: the tenant, the client, every parameter of the request, and the account that was signed in. It is spent when a code is given for it.

use std::time::Duration;

use actix_web::HttpRequest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;
use seal::{Purpose, Scope};
use sha2::{Digest, Sha256};
use store::SpentTicket;
use token::is_same_secret;
use uuid::Uuid;

use super::wanted::{Prompt, Wanted};
use crate::{Api, idp::Application};

/// The parameter that carries the ticket.
pub(super) const PARAMETER: &str = "signed_in_after";
/// How long the person may take to sign in.
const LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// How long a spent ticket is remembered: its lifetime, and more than the clocks of nodes and PostgreSQL may differ.
const REMEMBERED: Duration = Duration::from_hours(1);
/// How far our clock may be ahead of that of PostgreSQL, which says when the person signed in.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// Every ticket depends on it, so it is never changed.
const PURPOSE: Purpose = Purpose::of("sign-in asked for again");

/// One authorization request at one moment.
pub(super) struct Fresh<'f> {
    pub(super) api: &'f Api,
    pub(super) application: &'f Application,
    /// [`digest_of`] the request.
    pub(super) request: [u8; 32],
    pub(super) now: DateTime<Utc>,
}

/// Why a sign-in is recent enough.
pub(super) enum Accepted {
    /// The request accepts the session as it is.
    AsItIs,
    /// The request carries a ticket, which must be spent.
    ByTicket(SpentTicket),
}

impl Fresh<'_> {
    /// Whether a sign-in of this account at that time is recent enough; `ticket` is what the address carries, valid or not.
    pub(super) fn accepts(
        &self,
        (account, at): (AccountId, DateTime<Utc>),
        wanted: &Wanted,
        ticket: Option<&str>,
    ) -> Option<Accepted> {
        let age = self.now - at;
        let young = wanted.max_age.is_none_or(|most| age <= TimeDelta::seconds(most));
        if !wanted.prompt.asks_again() && wanted.max_age != Some(0) && young {
            return Some(Accepted::AsItIs);
        }
        let (after, spent) = self.read(ticket?, account)?;
        (at > after).then_some(Accepted::ByTicket(spent))
    }

    /// A ticket for a sign-in after the present one, if there is one. It is bound to the account that is signed in, unless the person is to choose one.
    pub(super) fn ticket(
        &self,
        signed_in: Option<(AccountId, DateTime<Utc>)>,
        wanted: &Wanted,
    ) -> String {
        let after = signed_in.map_or(self.now - SKEW, |(_, at)| at).timestamp_millis();
        let until = (self.now + LIFETIME).timestamp_millis();
        let bound = signed_in.filter(|_| wanted.prompt != Prompt::SelectAccount);
        let message = self.message(after, until, bound.map(|(account, _)| account));
        let mac = self.api.pools.seals().mac(self.scope(), &message);
        format!("{after}~{until}~{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The moment that a ticket names, and what spends it. `None` unless it was made for this request, for this account or for any, and has not expired.
    fn read(&self, ticket: &str, account: AccountId) -> Option<(DateTime<Utc>, SpentTicket)> {
        let mut parts = ticket.splitn(3, '~');
        let (after, until, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let (after, until): (i64, i64) = (after.parse().ok()?, until.parse().ok()?);
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        let is_ours = |bound| {
            let message = self.message(after, until, bound);
            self.api
                .pools
                .seals()
                .macs(self.scope(), &message)
                .any(|one| is_same_secret(&one, &mac))
        };
        let good = self.now.timestamp_millis() < until && (is_ours(Some(account)) || is_ours(None));
        let id = Uuid::from_bytes(*mac.first_chunk()?);
        let after = DateTime::from_timestamp_millis(after)?;
        good.then_some((after, SpentTicket { id, remembered: REMEMBERED }))
    }

    fn scope(&self) -> Scope {
        Scope { purpose: PURPOSE, tenant: self.application.tenant().as_uuid() }
    }

    /// Every part but the last has a fixed length, so two messages are never written alike. No account has the nil id.
    fn message(&self, after: i64, until: i64, account: Option<AccountId>) -> Vec<u8> {
        let account = account.map_or(Uuid::nil(), |account| account.as_uuid());
        let client = self.application.client.id.as_str().as_bytes();
        let (after, until) = (after.to_be_bytes(), until.to_be_bytes());
        [&after[..], &until, account.as_bytes(), &self.request, client].concat()
    }
}

/// SHA-256 of every parameter of the request in its order, without a ticket.
pub(super) fn digest_of(query: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == PARAMETER {
            continue;
        }
        // The length before each text keeps two requests apart that read alike when joined.
        for text in [name, value] {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
    }
    digest.finalize().into()
}

/// This very address, with that ticket in the place of any other.
pub(super) fn back_to(request: &HttpRequest, ticket: Option<&str>) -> String {
    let is_ticket = |pair: &&str| pair.split('=').next() == Some(PARAMETER);
    let own = request.query_string().split('&').filter(|pair| !is_ticket(pair) && !pair.is_empty());
    let ticket = ticket.map(|ticket| format!("{PARAMETER}={ticket}"));
    let pairs: Vec<&str> = own.chain(ticket.as_deref()).collect();
    format!("{}?{}", request.path(), pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// G4: a ticket is bound to every parameter of its request, and not to itself.
    #[test]
    fn a_digest_is_of_every_parameter() {
        let asked = "client_id=a&state=b&nonce=c";
        let with_ticket = format!("{asked}&{PARAMETER}=1~2~m");
        assert_eq!(digest_of(asked), digest_of(&with_ticket));
        assert_eq!(digest_of(asked), digest_of("client_id=%61&state=b&nonce=c"));
        for other in [
            "",
            "client_id=a&state=b",
            "client_id=a&state=b&nonce=d",
            "client_id=a&state=bn&once=c",
            "client_id=a&state=b&nonce=c&nonce=c",
            "state=b&client_id=a&nonce=c",
        ] {
            assert_ne!(digest_of(asked), digest_of(other), "{other}");
        }
    }

    #[test]
    fn the_way_back_is_the_same_address() {
        let path = "/eu-local-1_AcmeCorp1/oauth2/authorize?client_id=a&state=%26x";
        let request = |uri: &str| TestRequest::get().uri(uri).to_http_request();
        assert_eq!(back_to(&request(path), None), path);
        assert_eq!(back_to(&request(path), Some("1.2.m")), format!("{path}&{PARAMETER}=1.2.m"));
        let stale = format!("{path}&{PARAMETER}=0.0.m");
        assert_eq!(back_to(&request(&stale), None), path);
    }
}
