//! Binding by a widget: a frame in a page of another site, which has shown the key of its widget (row C6).

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{TenantId, TenantStatus, Visibility, WidgetId};
use seal::{KeyScope, Purpose, Seals};
use sha2::{Digest, Sha256};
use token::is_same_secret;
use uuid::Uuid;

use crate::{
    Actor, BindingError, TenantContext,
    context::{Permissions, check_active},
};

const PURPOSE: Purpose = Purpose::of("widget cookies");
const ID: usize = 16;
const CLAIMS: usize = 2 * ID + 8;
const MAC: usize = 32;

/// How long a browser may use a widget before it must show the key again.
pub const WIDGET_LIFETIME: TimeDelta = TimeDelta::hours(8);

/// The key of a widget: 256 random bits. The page that embeds the widget contains it, and the database holds its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct WidgetKey([u8; 32]);

/// The text is not a key: not exactly 43 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 43 characters of base64url")]
pub struct InvalidWidgetKey;

/// Proof that a browser has shown the key of a widget. The cookie of the widget carries it, authenticated under a key of the tenant.
///
/// It says nothing about whether the widget still exists. The list is loaded only for a widget that exists, and removing the widget makes its cached list
/// stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WidgetGrant {
    tenant: TenantId,
    widget: WidgetId,
    expires_at: DateTime<Utc>,
}

impl WidgetKey {
    /// Draws the key of a new widget.
    ///
    /// # Errors
    /// If the operating system provides no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The key as a part of the widget's address: 43 characters of base64url.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// SHA-256 of the key, as it is stored.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl FromStr for WidgetKey {
    type Err = InvalidWidgetKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidWidgetKey)?;
        bytes.try_into().map(Self).map_err(|_| InvalidWidgetKey)
    }
}

impl fmt::Debug for WidgetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WidgetKey(…)")
    }
}

impl WidgetGrant {
    /// Grants the use of a widget until [`WIDGET_LIFETIME`] from now, if `shown` is the key whose digest the widget's row holds.
    pub fn for_key(
        tenant: TenantId,
        widget: WidgetId,
        stored: &[u8; 32],
        shown: &WidgetKey,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let expires_at = now + WIDGET_LIFETIME;
        is_same_secret(stored, &shown.digest()).then_some(Self { tenant, widget, expires_at })
    }

    /// The value of the cookie: `tenant ‖ widget ‖ seconds ‖ HMAC` in base64url.
    pub fn to_cookie_value(&self, seals: &Seals) -> String {
        let claims = self.claims();
        let mac = seals.mac(scope(self.tenant), &claims);
        URL_SAFE_NO_PAD.encode([&claims[..], &mac].concat())
    }

    /// Reads the value of a cookie that came to the host of `tenant`; `None` if it was made for another tenant, was changed, or has expired.
    pub fn read(seals: &Seals, tenant: TenantId, value: &str, now: DateTime<Utc>) -> Option<Self> {
        let mut bytes = [0; CLAIMS + MAC];
        let length = URL_SAFE_NO_PAD.decode_slice(value, &mut bytes).ok()?;
        let (claims, mac) = bytes.get(..length)?.split_first_chunk::<CLAIMS>()?;
        let mac: &[u8; MAC] = mac.try_into().ok()?;
        // The previous root key counts too, so that widgets go on while the key is changed.
        if !seals.macs(scope(tenant), claims).any(|ours| is_same_secret(&ours, mac)) {
            return None;
        }
        let (named, rest) = claims.split_first_chunk::<ID>()?;
        let (widget, seconds) = rest.split_first_chunk::<ID>()?;
        let seconds = i64::from_be_bytes(seconds.try_into().ok()?);
        let grant = Self {
            tenant: TenantId::from_uuid(Uuid::from_bytes(*named)),
            widget: WidgetId::from_uuid(Uuid::from_bytes(*widget)),
            expires_at: DateTime::from_timestamp(seconds, 0)?,
        };
        (now < grant.expires_at).then_some(grant)
    }

    /// The widget whose key was shown.
    pub const fn widget(&self) -> WidgetId {
        self.widget
    }

    fn claims(&self) -> [u8; CLAIMS] {
        let mut claims = [0; CLAIMS];
        claims[..ID].copy_from_slice(self.tenant.as_uuid().as_bytes());
        claims[ID..2 * ID].copy_from_slice(self.widget.as_uuid().as_bytes());
        claims[2 * ID..].copy_from_slice(&self.expires_at.timestamp().to_be_bytes());
        claims
    }
}

impl TenantContext {
    /// Binds a request of a widget: the host names the tenant, and the grant must belong to the same one. The widget has no permission and sees no employee
    /// record: only the statement for its list accepts it.
    ///
    /// # Errors
    /// [`BindingError`] if they disagree or if the tenant is not active.
    pub fn from_widget(
        host: TenantId,
        status: TenantStatus,
        grant: &WidgetGrant,
    ) -> Result<Self, BindingError> {
        if grant.tenant != host {
            return Err(BindingError::TenantMismatch);
        }
        check_active(status)?;
        Ok(Self {
            tenant: host,
            actor: Actor::Widget { widget: grant.widget },
            visibility: Visibility::everything().without_salaries().without_employees(),
            permissions: Permissions::default(),
        })
    }
}

const fn scope(tenant: TenantId) -> KeyScope {
    KeyScope { purpose: PURPOSE, tenant: tenant.as_uuid() }
}

#[cfg(test)]
mod tests {
    use domain::{EmployeeScope, Field, Permission};
    use seal::RootKey;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn ids() -> ([TenantId; 2], WidgetId) {
        let tenants = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        (tenants, WidgetId::from_uuid(Uuid::from_u128(7)))
    }

    fn granted() -> WidgetGrant {
        let ([tenant, _], widget) = ids();
        let key = WidgetKey::random().unwrap();
        WidgetGrant::for_key(tenant, widget, &key.digest(), &key, now()).unwrap()
    }

    /// C6: a grant is made only for the key that the row has the digest of.
    #[test]
    fn a_grant_needs_the_key() {
        let ([tenant, _], widget) = ids();
        let [key, other] = [(); 2].map(|()| WidgetKey::random().unwrap());
        let grant = |shown| WidgetGrant::for_key(tenant, widget, &key.digest(), shown, now());
        assert_eq!(grant(&other), None);
        assert_eq!(grant(&key.to_text().parse().unwrap()).unwrap().widget(), widget);
        assert_eq!(format!("{key:?}"), "WidgetKey(…)");
        for odd in ["", "x", &"A".repeat(42), &"A".repeat(44), &"*".repeat(43)] {
            assert_eq!(odd.parse::<WidgetKey>(), Err(InvalidWidgetKey), "{odd}");
        }
    }

    /// C6: a cookie is read at its own tenant, unchanged, for eight hours, also while the root key is being changed.
    #[test]
    fn a_cookie_is_read_at_its_own_tenant_only() {
        let [old, new] = [(); 2].map(|()| RootKey::random().unwrap());
        let seals = Seals::new(&old, None);
        let ([tenant, other], _) = ids();
        let grant = granted();
        let value = grant.to_cookie_value(&seals);
        let read = |seals: &Seals, at, now| WidgetGrant::read(seals, at, &value, now);
        assert_eq!(read(&seals, tenant, now()), Some(grant));
        assert_eq!(read(&Seals::new(&new, Some(&old)), tenant, now()), Some(grant));
        assert_eq!(read(&Seals::new(&new, None), tenant, now()), None);
        assert_eq!(read(&seals, other, now()), None);
        let end = now() + WIDGET_LIFETIME;
        assert_eq!(read(&seals, tenant, end - TimeDelta::seconds(1)), Some(grant));
        assert_eq!(read(&seals, tenant, end), None);
    }

    #[test]
    fn a_changed_or_malformed_cookie_is_not_read() {
        let seals = Seals::new(&RootKey::random().unwrap(), None);
        let ([tenant, _], _) = ids();
        let value = granted().to_cookie_value(&seals);
        for at in 0..value.len() {
            let letter = if value.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut changed = value.clone();
            changed.replace_range(at..=at, letter);
            assert_eq!(WidgetGrant::read(&seals, tenant, &changed, now()), None, "{at}");
        }
        for odd in ["", "x", &value[1..], &format!("{value}A"), &"A".repeat(9_000)] {
            assert_eq!(WidgetGrant::read(&seals, tenant, odd, now()), None, "{odd}");
        }
    }

    /// C6: a widget is bound to its own open tenant, has no permission and sees no employee record.
    #[test]
    fn a_widget_may_do_nothing_but_show_its_list() {
        let ([tenant, other], widget) = ids();
        let grant = granted();
        let context = TenantContext::from_widget(tenant, TenantStatus::Active, &grant).unwrap();
        assert_eq!((context.tenant(), context.actor()), (tenant, &Actor::Widget { widget }));
        assert_eq!(context.visibility().scope(), EmployeeScope::NoEmployees);
        assert!(!context.visibility().sees(Field::Salary));
        for permission in domain::Role::HrAdmin.permissions() {
            assert!(!context.may(*permission), "{permission:?}");
        }
        assert!(!context.may(Permission::ReadEmployees));
        let refused = TenantContext::from_widget(other, TenantStatus::Active, &grant);
        assert_eq!(refused.unwrap_err(), BindingError::TenantMismatch);
        for status in [TenantStatus::Suspended, TenantStatus::Deleted] {
            let refused = TenantContext::from_widget(tenant, status, &grant);
            assert_eq!(refused.unwrap_err(), BindingError::TenantClosed);
        }
    }
}
