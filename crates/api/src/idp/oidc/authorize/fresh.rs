//! Whether somebody signed in lately enough: `prompt=login` and `max_age` (OpenID Connect Core §3.1.2.1).
//!
//! The sign-in page leads back to the same address, where the same wish would send everybody to sign in again, for ever. So it carries a ticket back that
//! says: a sign-in after this moment will do. We sign it, or whoever sits at a stranger's open browser would write one.

use actix_web::HttpRequest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use seal::{Purpose, Scope};
use token::is_same_secret;

use super::wanted::{Prompt, Wanted};
use crate::{Api, idp::Application};

/// The parameter that carries the ticket.
pub(super) const PARAMETER: &str = "signed_in_after";
/// How long one may take to sign in.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);
/// How far our clock may be before that of PostgreSQL, which says when somebody signed in.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// Every ticket depends on it, so it is never changed.
const PURPOSE: Purpose = Purpose::of("sign-in asked for again");

/// Decides it for one application at one moment.
pub(super) struct Fresh<'f> {
    pub(super) api: &'f Api,
    pub(super) application: &'f Application,
    pub(super) now: DateTime<Utc>,
}

impl Fresh<'_> {
    /// Whether a sign-in at that time is what is wanted; `ticket` is what the address carries, good or not.
    pub(super) fn is_enough(
        &self,
        at: DateTime<Utc>,
        wanted: &Wanted,
        ticket: Option<&str>,
    ) -> bool {
        let age = self.now - at;
        let young = wanted.max_age.is_none_or(|most| age <= TimeDelta::seconds(most));
        let as_it_is = wanted.prompt != Prompt::Login && wanted.max_age != Some(0) && young;
        as_it_is || ticket.and_then(|ticket| self.read(ticket)).is_some_and(|after| at > after)
    }

    /// A ticket for whoever signs in after the session they have, if any, was begun.
    pub(super) fn ticket(&self, signed_in_at: Option<DateTime<Utc>>) -> String {
        let after = signed_in_at.unwrap_or(self.now - SKEW).timestamp_millis();
        let until = (self.now + PATIENCE).timestamp_millis();
        let mac = self.api.pools.seals().mac(self.scope(), &self.message(after, until));
        format!("{after}~{until}~{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The moment that a ticket of ours names, if it is not too old.
    fn read(&self, ticket: &str) -> Option<DateTime<Utc>> {
        let mut parts = ticket.splitn(3, '~');
        let (after, until, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let (after, until): (i64, i64) = (after.parse().ok()?, until.parse().ok()?);
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        let message = self.message(after, until);
        let mut ours = self.api.pools.seals().macs(self.scope(), &message);
        let good =
            ours.any(|one| is_same_secret(&one, &mac)) && self.now.timestamp_millis() < until;
        good.then(|| DateTime::from_timestamp_millis(after)).flatten()
    }

    fn scope(&self) -> Scope {
        Scope { purpose: PURPOSE, tenant: self.application.tenant().as_uuid() }
    }

    fn message(&self, after: i64, until: i64) -> Vec<u8> {
        let client = self.application.client.id.as_str().as_bytes();
        [&after.to_be_bytes(), &until.to_be_bytes(), client].concat()
    }
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
