//! Tests of binding by a token, which is issued and verified as in production.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use domain::{ClientId, EmployeeScope, Field, PoolId};
use token::{
    Algorithm, Audience, ExternalIssuer, ExternalKeyRing, ExternalLifetime, Grant, Issuer, JwkSet,
    KeyRing, Leeway, PreTokenHook, PublicKey, SigningKey, TokenIssuer, TokenLifetime, TokenUse,
    TrustedKey, new_sign_in_id,
};
use uuid::Uuid;

use super::*;

const ALL: [AccessScope; 7] = AccessScope::ALL;

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

/// The keys that sign and verify for the first tenant.
struct Pool {
    token_issuer: TokenIssuer,
    ring: KeyRing,
    client: ClientId,
    public: PublicKey,
}

impl Pool {
    fn of_the_first_tenant() -> Self {
        let pool: PoolId = "eu-local-1_AcmeCorp1".parse().unwrap();
        let issuer = Issuer::of_pool(tenant(1), pool.clone(), "http://localhost").unwrap();
        let issuer = Arc::new(issuer);
        let [id, access] = [TokenUse::Id, TokenUse::Access]
            .map(|token_use| SigningKey::generate(&pool, token_use, Algorithm::Es256).unwrap());
        let public = access.public().clone();
        let trusted = TrustedKey {
            key: access.public().clone(),
            token_use: TokenUse::Access,
            issuer: Arc::clone(&issuer),
            trusted_until: None,
        };
        let ring = KeyRing::new([trusted], Leeway::default()).unwrap();
        let token_issuer = TokenIssuer::new(issuer, id, access, PreTokenHook::Nothing).unwrap();
        Self { token_issuer, ring, client: "client".parse().unwrap(), public }
    }

    fn of_a_person(
        &self,
        account: AccountId,
        role: Role,
        scopes: &[AccessScope],
    ) -> VerifiedAccess {
        self.ring.verify_access(&self.text_of_a_person(account, role, scopes), Utc::now()).unwrap()
    }

    fn text_of_a_person(&self, account: AccountId, role: Role, scopes: &[AccessScope]) -> String {
        let password_at = Utc::now() - TimeDelta::seconds(5);
        let origin = new_sign_in_id(password_at, &[7; 10]);
        let grant = Grant { account, role, client: self.client.clone(), origin, password_at };
        let lifetime = TokenLifetime::SHORTEST;
        self.token_issuer.access_token(&grant, scopes, lifetime, Utc::now()).unwrap().into()
    }

    fn for_machine(&self, scopes: &[AccessScope]) -> VerifiedAccess {
        let lifetime = TokenLifetime::SHORTEST;
        let token =
            self.token_issuer.machine_token(&self.client, scopes, lifetime, Utc::now()).unwrap();
        self.ring.verify_access(token.as_str(), Utc::now()).unwrap()
    }
}

fn account_state(role: Role) -> AccountState {
    let employee = Some(EmployeeId::from_uuid(Uuid::from_u128(3)));
    AccountState { account: AccountId::from_uuid(Uuid::from_u128(2)), employee, role }
}

fn bound_context(access: &VerifiedAccess, known: Option<&AccountState>) -> TenantContext {
    TenantContext::from_access(None, TenantStatus::Active, access, known).unwrap()
}

/// I3, T1: the issuer names the tenant. If the host names one too, it must be the same.
#[test]
fn a_token_binds_the_tenant_of_its_issuer_and_no_other() {
    let (pool, known) = (Pool::of_the_first_tenant(), account_state(Role::HrAdmin));
    let access = pool.of_a_person(known.account, Role::HrAdmin, &ALL);
    let bind = |host, status| TenantContext::from_access(host, status, &access, Some(&known));
    for host in [None, Some(tenant(1))] {
        assert_eq!(bind(host, TenantStatus::Active).unwrap().tenant(), tenant(1));
    }
    let foreign = bind(Some(tenant(2)), TenantStatus::Active);
    assert_eq!(foreign.unwrap_err(), BindingError::TenantMismatch);
    for closed in [TenantStatus::Suspended, TenantStatus::Deleted] {
        assert_eq!(bind(None, closed).unwrap_err(), BindingError::TenantClosed);
    }
}

/// T4f: a bearer may do what both role and scopes allow.
#[test]
fn a_bearer_may_do_what_both_role_and_scopes_allow() {
    let (pool, account) = (Pool::of_the_first_tenant(), account_state(Role::HrAdmin).account);
    for role in Role::ALL {
        for scopes in [&ALL[..], &[AccessScope::ReadEmployees], &[AccessScope::WriteEmployees], &[]]
        {
            let context =
                bound_context(&pool.of_a_person(account, role, scopes), Some(&account_state(role)));
            for scope in AccessScope::ALL {
                let Some(permission) = scope.permission() else { continue };
                let both = role.may(permission) && scopes.contains(&scope);
                assert_eq!(context.may(permission), both, "{role:?} {permission:?} {scopes:?}");
            }
            assert!(!context.may(Permission::ReadAudit), "no scope names it");
        }
    }
}

/// P8: without its scope a bearer sees no salaries, and without any scope no employees. The visibility differs, so no cached body is shared.
#[test]
fn the_visibility_of_a_bearer_is_limited_by_scopes() {
    let (pool, known) = (Pool::of_the_first_tenant(), account_state(Role::HrAdmin));
    let view = |scopes: &[AccessScope]| {
        bound_context(&pool.of_a_person(known.account, known.role, scopes), Some(&known))
            .visibility()
    };
    assert_eq!(view(&ALL), Visibility::of(Role::HrAdmin, known.employee));
    let read = view(&[AccessScope::ReadEmployees]);
    assert_eq!((read.scope(), read.sees(Field::Salary)), (EmployeeScope::All, false));
    assert_eq!(view(&[AccessScope::OpenId]).scope(), EmployeeScope::NoEmployees);
}

/// The role in the tenant's records counts, not the one of the time when the token was issued.
#[test]
fn a_lost_role_takes_effect_at_once() {
    let (pool, known) = (Pool::of_the_first_tenant(), account_state(Role::Employee));
    let access = pool.of_a_person(known.account, Role::HrAdmin, &ALL);
    assert!(!bound_context(&access, Some(&known)).may(Permission::WriteEmployees));
}

/// A person's token is refused with another person's data and without any. A machine's token is refused with a person's data.
#[test]
fn a_token_binds_its_own_account_only() {
    let (pool, known) = (Pool::of_the_first_tenant(), account_state(Role::HrAdmin));
    let stranger = AccountState { account: AccountId::from_uuid(Uuid::from_u128(9)), ..known };
    let refuse = |access: &VerifiedAccess, known: Option<&AccountState>| {
        TenantContext::from_access(None, TenantStatus::Active, access, known).unwrap_err()
    };
    let access = pool.of_a_person(known.account, known.role, &ALL);
    assert_eq!(refuse(&access, Some(&stranger)), BindingError::UnknownPerson);
    assert_eq!(refuse(&access, None), BindingError::UnknownPerson);
    let machine = pool.for_machine(&[AccessScope::ReadEmployees]);
    assert_eq!(refuse(&machine, Some(&known)), BindingError::UnknownPerson);
}

/// T11: a token of an external issuer binds the tenant that trusts the issuer, and acts as the account that the tenant has linked to the subject.
#[test]
fn a_token_of_an_external_issuer_binds_the_linked_account() {
    let (pool, known) = (Pool::of_the_first_tenant(), account_state(Role::Manager));
    // The product's own issuer, treated as an external one.
    let url: token::IssuerUrl = "http://localhost/eu-local-1_AcmeCorp1".parse().unwrap();
    let trusted = ExternalIssuer {
        tenant: tenant(7),
        url: url.clone(),
        audience: Audience::Clients(vec![pool.client.clone()]),
        lifetime: ExternalLifetime::default(),
    };
    let keys = JwkSet::new(vec![pool.public.clone()]).unwrap();
    let ring = ExternalKeyRing::new([(trusted, keys)], Leeway::default()).unwrap();
    let account = AccountId::from_uuid(Uuid::from_u128(99));
    let scopes = [AccessScope::ReadEmployees, AccessScope::WriteEmployees];
    let text = pool.text_of_a_person(account, Role::HrAdmin, &scopes);
    let token = ring.verify_access(&text, Utc::now()).unwrap();
    let link = AccountLink {
        tenant: tenant(7),
        issuer: url.to_string(),
        subject: account.to_string(),
        account_state: known,
    };
    let bind =
        |host, status, link: &AccountLink| TenantContext::from_external(host, status, &token, link);
    for host in [None, Some(tenant(7))] {
        let context = bind(host, TenantStatus::Active, &link).unwrap();
        assert_eq!(context.tenant(), tenant(7));
        let AccountState { account, employee, role } = known;
        assert_eq!(*context.actor(), Actor::Person { account, employee, role });
        assert!(context.may(Permission::ReadEmployees));
        assert!(!context.may(Permission::WriteEmployees), "the role in the token is ignored");
    }
    let refused = |host, status, link: &AccountLink| bind(host, status, link).unwrap_err();
    let active = TenantStatus::Active;
    assert_eq!(refused(Some(tenant(1)), active, &link), BindingError::TenantMismatch);
    assert_eq!(refused(None, TenantStatus::Suspended, &link), BindingError::TenantClosed);
    for odd in [
        AccountLink { tenant: tenant(1), ..link.clone() },
        AccountLink { issuer: "http://localhost/another".to_owned(), ..link.clone() },
        AccountLink { subject: "another".to_owned(), ..link.clone() },
    ] {
        assert_eq!(refused(None, active, &odd), BindingError::UnknownPerson);
    }
}

/// T9: a machine may do what its scopes name, at its own tenant.
#[test]
fn a_machine_may_do_only_what_its_scopes_name() {
    let pool = Pool::of_the_first_tenant();
    let context = bound_context(&pool.for_machine(&[AccessScope::ReadEmployees]), None);
    assert_eq!(*context.actor(), Actor::Machine { client: pool.client.clone() });
    assert!(context.may(Permission::ReadEmployees) && !context.may(Permission::WriteEmployees));
    assert!(!context.visibility().sees(Field::Salary));
    assert_eq!(context.visibility().scope(), EmployeeScope::All);
}
