//! Attempts at a secret, and the counters that each attempt uses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::TenantId;
use seal::{KeyScope, Purpose, Seals};

use crate::{
    ClientAddress, DeviceId,
    limit::{AttemptLimits, Limit},
};

const PURPOSE: Purpose = Purpose::of("attempt counters");
/// Half of an HMAC-SHA-256, in bytes: two names with the same counter are expected only among about 2^64 names.
const DIGEST: usize = 16;

/// The kind of secret that is tried. Routes that check the same secret share a rule, so a client gains no attempts by changing the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A password: the sign-in page, `InitiateAuth`, `RespondToAuthChallenge`, `ChangePassword`.
    Password,
    /// A mailed code: `ConfirmForgotPassword`.
    ResetCode,
    /// A request for a code: `ForgotPassword`. Every request counts.
    Reset,
    /// The pause between two codes for one account. Every request counts.
    ResetPause,
    /// A client secret or `SECRET_HASH`.
    ClientSecret,
    /// A refresh token.
    RefreshToken,
    /// The cookie of a remembered device.
    RememberedDevice,
    /// The key of a widget.
    WidgetKey,
    /// The beginning of an onboarding draft, which needs no account. Every one counts.
    Draft,
}

/// One attempt at a secret.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The kind of secret.
    pub rule: Rule,
    /// The tenant at which it is tried.
    pub tenant: TenantId,
    /// The account or application as the client named it, normalized to one spelling, known or not. Keys hold an HMAC of it, never the name.
    pub name: &'a str,
    /// The client address of the request.
    pub address: ClientAddress,
    /// The device, if it has signed in to this account before.
    pub device: Option<DeviceId>,
}

/// A counter with its key in Redis and its limit.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) key: String,
    pub(crate) limit: Limit,
}

/// The dimension that a counter covers.
#[derive(Clone, Copy)]
enum Kind {
    AccountAddress,
    Account,
    Address,
    Device,
}

impl Rule {
    /// The rule's word in Redis keys and in the label `rule` of the metric.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ResetCode => "reset_code",
            Self::Reset => "reset",
            Self::ResetPause => "reset_pause",
            Self::ClientSecret => "client_secret",
            Self::RefreshToken => "refresh_token",
            Self::RememberedDevice => "remembered_device",
            Self::WidgetKey => "widget_key",
            Self::Draft => "draft",
        }
    }

    /// Returns the counters of a rule. A known device has its own counter and shares none with unknown clients (OWASP, "Slow Down Online Guessing Attacks with
    /// Device Cookies").
    fn counters(self, known_device: bool, limits: &AttemptLimits) -> Vec<(Kind, Limit)> {
        match self {
            Self::Password if known_device => vec![(Kind::Device, limits.device)],
            Self::Password | Self::ResetCode => vec![
                (Kind::AccountAddress, limits.account_address),
                (Kind::Account, limits.account),
                (Kind::Address, limits.address),
            ],
            Self::Reset => vec![(Kind::Account, limits.reset), (Kind::Address, limits.address)],
            Self::ResetPause => vec![(Kind::Account, limits.pause())],
            // No counter for the application as a whole: programs have no device cookie, so a stranger elsewhere could block them. A secret has 256 bits.
            Self::ClientSecret => {
                vec![(Kind::AccountAddress, limits.client_secret), (Kind::Address, limits.address)]
            }
            Self::RefreshToken => vec![(Kind::Address, limits.refresh_token)],
            // A cookie has 256 bits. The limit bounds the queries for strangers' values.
            Self::RememberedDevice => vec![(Kind::Address, limits.remembered_device)],
            // A key has 256 bits. A widget that was removed is still in pages, so the limit bounds the work for their visitors.
            Self::WidgetKey => vec![(Kind::Address, limits.widget_key)],
            Self::Draft => vec![(Kind::Address, limits.draft)],
        }
    }
}

impl Attempt<'_> {
    /// Returns the counters that must all allow the attempt. Their keys share the tenant's hash tag, so one script reaches all of them, even in a Redis
    /// Cluster.
    pub(crate) fn buckets(&self, seals: &Seals, limits: &AttemptLimits) -> Vec<Bucket> {
        let counters = self.rule.counters(self.device.is_some(), limits);
        counters
            .into_iter()
            .map(|(kind, limit)| Bucket { key: self.key(seals, kind), limit })
            .collect()
    }

    fn key(&self, seals: &Seals, kind: Kind) -> String {
        let scope = KeyScope { purpose: PURPOSE, tenant: self.tenant.as_uuid() };
        let digest = seals.mac(scope, &self.message(kind));
        let digest = URL_SAFE_NO_PAD.encode(&digest[..DIGEST]);
        format!("throttle:{{{}}}:{}:{}:{digest}", self.tenant, self.rule.as_str(), kind.as_str())
    }

    /// The input of the HMAC. The part of fixed length comes first, so two attempts of one kind never have the same input.
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

    const RULES: [Rule; 9] = [
        Rule::Password,
        Rule::ResetCode,
        Rule::Reset,
        Rule::ResetPause,
        Rule::ClientSecret,
        Rule::RefreshToken,
        Rule::RememberedDevice,
        Rule::WidgetKey,
        Rule::Draft,
    ];

    fn attempt(rule: Rule, tenant: u128, name: &str, last: u8) -> Attempt<'_> {
        let address = std::net::IpAddr::from(Ipv4Addr::new(192, 0, 2, last)).into();
        let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
        Attempt { rule, tenant, name, address, device: None }
    }

    fn keys(seals: &Seals, attempt: &Attempt<'_>) -> Vec<String> {
        let buckets = attempt.buckets(seals, &AttemptLimits::default());
        buckets.into_iter().map(|bucket| bucket.key).collect()
    }

    /// G2: no key contains what a client sends or grows with it, and every key has the tenant's hash tag.
    #[test]
    fn a_counter_key_belongs_to_one_tenant_and_contains_no_client_input() {
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

    /// G2: colleagues, other tenants, other rules and other clients have their own counters. A client's address is counted across all accounts.
    #[test]
    fn every_account_tenant_rule_and_client_has_its_own_counter() {
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
