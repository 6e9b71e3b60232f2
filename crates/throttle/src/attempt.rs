//! What is attempted, and which counters it is counted in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use seal::{Purpose, Scope, Seals};

use crate::{
    ClientAddress, DeviceId,
    limit::{Limit, Limits},
};

const PURPOSE: Purpose = Purpose::of("attempt counters");
/// Half of an HMAC-SHA-256: two names share a counter once in 2^64 names.
const DIGEST: usize = 16;

/// What kind of secret is tried. Routes that check the same secret share a rule, so no route adds attempts to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A password: the sign-in page, `InitiateAuth`, `RespondToAuthChallenge`, `ChangePassword`.
    Password,
    /// A mailed code: `ConfirmForgotPassword`.
    ResetCode,
    /// Asking for a code: `ForgotPassword`. Every request counts.
    Reset,
    /// The pause between two codes for one account. Every request counts.
    ResetPause,
    /// A client secret or `SECRET_HASH`.
    ClientSecret,
    /// A refresh token.
    RefreshToken,
}

/// One attempt at a secret.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What kind of secret.
    pub rule: Rule,
    /// At which tenant.
    pub tenant: TenantId,
    /// The account or application as the client named it, in one spelling, known or not. It stands in no key: keys hold an HMAC of it.
    pub name: &'a str,
    /// Where the request came from.
    pub address: ClientAddress,
    /// The device, if it signed in to this account before.
    pub device: Option<DeviceId>,
}

/// A counter: its key in Redis, and its limit.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) key: String,
    pub(crate) limit: Limit,
}

/// What the attempts in one counter have in common.
#[derive(Clone, Copy)]
enum Kind {
    AccountAddress,
    Account,
    Address,
    Device,
}

impl Rule {
    /// The word in keys and in the label of the metric.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ResetCode => "reset_code",
            Self::Reset => "reset",
            Self::ResetPause => "reset_pause",
            Self::ClientSecret => "client_secret",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// The counters of a rule. A known device has one of its own and shares none with strangers (OWASP, "Slow Down Online Guessing Attacks with Device
    /// Cookies").
    fn counters(self, known_device: bool, limits: &Limits) -> Vec<(Kind, Limit)> {
        match self {
            Self::Password if known_device => vec![(Kind::Device, limits.device)],
            Self::Password | Self::ResetCode => vec![
                (Kind::AccountAddress, limits.account_address),
                (Kind::Account, limits.account),
                (Kind::Address, limits.address),
            ],
            Self::Reset => vec![(Kind::Account, limits.reset), (Kind::Address, limits.address)],
            Self::ResetPause => vec![(Kind::Account, limits.pause())],
            // Not per application: programs have no device cookie, and a stranger elsewhere must not keep one out. A secret has 256 bits.
            Self::ClientSecret => {
                vec![(Kind::AccountAddress, limits.client_secret), (Kind::Address, limits.address)]
            }
            Self::RefreshToken => vec![(Kind::Address, limits.refresh_token)],
        }
    }
}

impl Attempt<'_> {
    /// The counters that must all allow it. Their keys share the tenant's hash tag, so one script reaches all of them, also in a Redis Cluster.
    pub(crate) fn buckets(&self, seals: &Seals, limits: &Limits) -> Vec<Bucket> {
        let counters = self.rule.counters(self.device.is_some(), limits);
        counters
            .into_iter()
            .map(|(kind, limit)| Bucket { key: self.key(seals, kind), limit })
            .collect()
    }

    fn key(&self, seals: &Seals, kind: Kind) -> String {
        let scope = Scope { purpose: PURPOSE, tenant: self.tenant.as_uuid() };
        let digest = seals.mac(scope, &self.message(kind));
        let digest = URL_SAFE_NO_PAD.encode(&digest[..DIGEST]);
        format!("throttle:{{{}}}:{}:{}:{digest}", self.tenant, self.rule.as_str(), kind.as_str())
    }

    /// What is digested. The part of fixed length comes first, so two messages of one kind are never alike.
    fn message(&self, kind: Kind) -> Vec<u8> {
        let address = self.address.bytes();
        match kind {
            Kind::AccountAddress => [&address[..], self.name.as_bytes()].concat(),
            Kind::Account => self.name.as_bytes().to_vec(),
            Kind::Address => address.to_vec(),
            Kind::Device => {
                let device = self.device.map(DeviceId::bytes).unwrap_or_default();
                [&device[..], self.name.as_bytes()].concat()
            }
        }
    }
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AccountAddress => "account_address",
            Self::Account => "account",
            Self::Address => "address",
            Self::Device => "device",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, net::Ipv4Addr};

    use seal::RootKey;
    use uuid::Uuid;

    use super::*;

    const RULES: [Rule; 6] = [
        Rule::Password,
        Rule::ResetCode,
        Rule::Reset,
        Rule::ResetPause,
        Rule::ClientSecret,
        Rule::RefreshToken,
    ];

    fn attempt(rule: Rule, tenant: u128, name: &str, last: u8) -> Attempt<'_> {
        let address = std::net::IpAddr::from(Ipv4Addr::new(192, 0, 2, last)).into();
        let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
        Attempt { rule, tenant, name, address, device: None }
    }

    fn keys(seals: &Seals, attempt: &Attempt<'_>) -> Vec<String> {
        let buckets = attempt.buckets(seals, &Limits::default());
        buckets.into_iter().map(|bucket| bucket.key).collect()
    }

    /// G2: what a client sends stands in no key and does not lengthen one, and every key carries the tenant's hash tag.
    #[test]
    fn a_key_is_of_one_tenant_and_holds_nothing_that_a_client_sent() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let long = "x".repeat(10_000);
        for name in ["ama@acme.example", long.as_str()] {
            for key in RULES.iter().flat_map(|rule| keys(&seals, &attempt(*rule, 7, name, 1))) {
                assert!(
                    key.starts_with("throttle:{00000000-0000-0000-0000-000000000007}:"),
                    "{key}"
                );
                assert!(
                    key.len() < 110 && !key.contains(name) && !key.contains("192.0.2"),
                    "{key}"
                );
            }
        }
    }

    /// G2: colleagues, other tenants, other rules and other clients have counters of their own; the address of a client is counted for all accounts.
    #[test]
    fn counters_are_shared_by_what_they_name_alone() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let mine = keys(&seals, &attempt(Rule::Password, 1, "ama", 1));
        let shared = |other: &Attempt<'_>| {
            let other: BTreeSet<String> = keys(&seals, other).into_iter().collect();
            mine.iter().map(|key| other.contains(key)).collect::<Vec<_>>()
        };
        assert_eq!(shared(&attempt(Rule::Password, 1, "ama", 1)), [true, true, true]);
        assert_eq!(shared(&attempt(Rule::Password, 1, "ama", 2)), [false, true, false]);
        assert_eq!(shared(&attempt(Rule::Password, 1, "ben", 1)), [false, false, true]);
        assert_eq!(shared(&attempt(Rule::Password, 2, "ama", 1)), [false, false, false]);
        assert_eq!(shared(&attempt(Rule::ResetCode, 1, "ama", 1)), [false, false, false]);
        let device = Some(DeviceId::random().unwrap());
        let known = Attempt { device, ..attempt(Rule::Password, 1, "ama", 1) };
        assert_eq!(shared(&known), [false, false, false]);
    }
}
