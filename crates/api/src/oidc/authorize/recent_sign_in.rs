//! Whether the user signed in recently enough for this request: `prompt` and `max_age` (OpenID Connect Core §3.1.2.1).
//!
//! The sign-in page leads back to the same address, and the same parameters would ask the user to sign in again, without end. So the return address carries a
//! ticket: a sign-in after the ticket's time is recent enough. The ticket is authenticated with a MAC over everything that it was made for: the tenant, the
//! client, every parameter of the request, and the account that was signed in. It can be used for one code.

use std::time::Duration;

use actix_web::HttpRequest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;
use idp::Application;
use seal::{KeyScope, Purpose};
use sha2::{Digest, Sha256};
use store::SpentTicket;
use token::is_same_secret;
use uuid::Uuid;

use super::authorize_request::{AuthorizeRequest, Prompt};
use crate::Api;

/// The parameter that carries the ticket.
pub(super) const PARAMETER: &str = "signed_in_after";
/// How long the user may take to sign in.
const LIFETIME: TimeDelta = TimeDelta::minutes(30);
/// How long a used ticket is stored: longer than its lifetime plus the difference between the clocks of nodes and PostgreSQL.
const STORED: Duration = Duration::from_hours(1);
/// How far the node's clock may be ahead of PostgreSQL's clock, which gives the time of a sign-in.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// Never change it: every ticket is authenticated with it.
const PURPOSE: Purpose = Purpose::of("sign-in asked for again");

/// The facts about one authorization request that decide whether a sign-in is recent enough.
pub(super) struct RecentSignIn<'f> {
    pub(super) api: &'f Api,
    pub(super) application: &'f Application,
    /// The digest of the request's parameters ([`digest_of`]).
    pub(super) request: [u8; 32],
    pub(super) now: DateTime<Utc>,
}

/// Why a sign-in is recent enough.
pub(super) enum Accepted {
    /// The request accepts the session as it is.
    AsIs,
    /// The request carries a ticket, which must be used up.
    ByTicket(SpentTicket),
}

impl RecentSignIn<'_> {
    /// Whether a sign-in of this account at that time is recent enough. `ticket` is the unverified ticket of the address.
    pub(super) fn accepts(
        &self,
        (account, at): (AccountId, DateTime<Utc>),
        authorize_request: &AuthorizeRequest,
        ticket: Option<&str>,
    ) -> Option<Accepted> {
        let age = self.now - at;
        let is_young = authorize_request.max_age.is_none_or(|most| age <= TimeDelta::seconds(most));
        if !authorize_request.prompt.asks_again()
            && authorize_request.max_age != Some(0)
            && is_young
        {
            return Some(Accepted::AsIs);
        }
        let (after, spent) = self.read(ticket?, account)?;
        (at > after).then_some(Accepted::ByTicket(spent))
    }

    /// Makes a ticket for a sign-in after the current one, if there is one. It is bound to the signed-in account, unless the user is to choose an account.
    pub(super) fn ticket(
        &self,
        signed_in: Option<(AccountId, DateTime<Utc>)>,
        authorize_request: &AuthorizeRequest,
    ) -> String {
        let after = signed_in.map_or(self.now - SKEW, |(_, at)| at).timestamp_millis();
        let until = (self.now + LIFETIME).timestamp_millis();
        let bound = signed_in.filter(|_| authorize_request.prompt != Prompt::SelectAccount);
        let message = self.message(after, until, bound.map(|(account, _)| account));
        let mac = self.api.seals.mac(self.scope(), &message);
        format!("{after}~{until}~{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// Verifies a ticket and returns its time and its record. `None` unless it was made for this request, for this account or any, and has not expired.
    fn read(&self, ticket: &str, account: AccountId) -> Option<(DateTime<Utc>, SpentTicket)> {
        let mut parts = ticket.splitn(3, '~');
        let (after, until, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let (after, until): (i64, i64) = (after.parse().ok()?, until.parse().ok()?);
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        let is_ours = |bound| {
            let message = self.message(after, until, bound);
            self.api.seals.macs(self.scope(), &message).any(|one| is_same_secret(&one, &mac))
        };
        let is_valid =
            self.now.timestamp_millis() < until && (is_ours(Some(account)) || is_ours(None));
        let id = Uuid::from_bytes(*mac.first_chunk()?);
        let after = DateTime::from_timestamp_millis(after)?;
        is_valid.then_some((after, SpentTicket { id, remembered: STORED }))
    }

    fn scope(&self) -> KeyScope {
        KeyScope { purpose: PURPOSE, tenant: self.application.tenant().as_uuid() }
    }

    /// The input of the MAC. Every part except the last has a fixed length, so two different inputs never give the same bytes. No account has the nil id.
    fn message(&self, after: i64, until: i64, account: Option<AccountId>) -> Vec<u8> {
        let account = account.map_or(Uuid::nil(), |account| account.as_uuid());
        let client = self.application.client.id.as_str().as_bytes();
        let (after, until) = (after.to_be_bytes(), until.to_be_bytes());
        [&after[..], &until, account.as_bytes(), &self.request, client].concat()
    }
}

/// The SHA-256 digest of all parameters of the request, in their order, without a ticket.
pub(super) fn digest_of(query: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == PARAMETER {
            continue;
        }
        // Each text has its length in front, so that different requests never give the same bytes.
        for text in [name, value] {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
    }
    digest.finalize().into()
}

/// The address of this request, with `ticket` in place of an earlier ticket.
pub(super) fn return_path(request: &HttpRequest, ticket: Option<&str>) -> String {
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

    /// G4: a ticket is bound to every parameter of its request except the ticket itself.
    #[test]
    fn the_digest_covers_every_parameter() {
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
    fn the_return_path_is_the_path_of_the_request() {
        let path = "/eu-local-1_AcmeCorp1/oauth2/authorize?client_id=a&state=%26x";
        let request = |uri: &str| TestRequest::get().uri(uri).to_http_request();
        assert_eq!(return_path(&request(path), None), path);
        assert_eq!(return_path(&request(path), Some("1.2.m")), format!("{path}&{PARAMETER}=1.2.m"));
        let stale = format!("{path}&{PARAMETER}=0.0.m");
        assert_eq!(return_path(&request(&stale), None), path);
    }
}
