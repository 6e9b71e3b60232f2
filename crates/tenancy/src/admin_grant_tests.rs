//! Tests of the grant, made as in production: a request is signed, verified and compared with an issuer.

use chrono::{DateTime, Utc};
use credential::sigv4::{AdminCredentials, Request, verify};
use domain::{EmployeeScope, Permission};
use uuid::Uuid;

use super::*;

const POOL: &str = "eu-local-1_AcmeCorp1";

/// A request that a client has signed for Acme's pool.
fn signed() -> Signed {
    let credentials: AdminCredentials =
        format!("{POOL}:WTADMINACME00000001:q7Zr2mXc9LhTfV4nWbYk8sPdJg3uEa6xR5vHt0Mi")
            .parse()
            .unwrap();
    let headers = HEADERS.map(|(name, value)| (name, value.as_bytes()));
    let request = Request { method: "POST", path: "/", query: "", headers: &headers, body: BODY };
    let sent_at = "2026-11-03T03:00:00Z".parse::<DateTime<Utc>>().unwrap();
    verify(&request, &credentials, sent_at).unwrap()
}

/// `AdminGetUser` as `botocore` signed it. It is also one of the test vectors of `credential`.
const HEADERS: [(&str, &str); 6] = [
    ("host", "localhost:8080"),
    ("x-amz-target", "AWSCognitoIdentityProviderService.AdminGetUser"),
    ("content-type", "application/x-amz-json-1.1"),
    ("x-amz-date", "20261103T030000Z"),
    (
        "authorization",
        "\
            AWS4-HMAC-SHA256 Credential=WTADMINACME00000001/20261103/eu-local-1/cognito-idp/aws4_request, \
            SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
            Signature=047122243afb8b43a55f724322ab3fc9728262d5a673f5a6aa4dce81cbb0f7e3",
    ),
    ("content-length", "70"),
];

const BODY: &[u8] = br#"{"UserPoolId": "eu-local-1_AcmeCorp1", "Username": "ama@acme.example"}"#;

fn issuer(pool: &str, tenant: u128) -> Issuer {
    let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
    Issuer::of_pool(tenant, pool.parse().unwrap(), "http://localhost:8080").unwrap()
}

/// T6: a key is valid at its own pool, and gives access to the accounts of its tenant only.
#[test]
fn a_key_administers_the_accounts_of_its_own_pool() {
    let issuer = issuer(POOL, 1);
    let grant = AdminGrant::of(&signed(), &issuer).unwrap();
    let context = TenantContext::from_admin_grant(TenantStatus::Active, &grant).unwrap();
    assert_eq!(context.tenant(), issuer.tenant());
    assert_eq!(context.visibility().scope(), EmployeeScope::NoEmployees);
    for permission in [
        Permission::ReadEmployees,
        Permission::WriteEmployees,
        Permission::ReadSalaries,
        Permission::ReadAudit,
    ] {
        assert!(!context.may(permission), "{permission:?}");
    }
}

/// T6: a key is refused at another pool.
#[test]
fn a_key_of_one_pool_administers_no_other() {
    let refused = AdminGrant::of(&signed(), &issuer("eu-local-1_BetaCo1", 2));
    assert_eq!(refused.unwrap_err(), BindingError::TenantMismatch);
}

/// I3: a suspended or deleted tenant cannot be administered.
#[test]
fn a_closed_tenant_cannot_be_administered() {
    let grant = AdminGrant::of(&signed(), &issuer(POOL, 1)).unwrap();
    for status in [TenantStatus::Suspended, TenantStatus::Deleted] {
        let refused = TenantContext::from_admin_grant(status, &grant);
        assert_eq!(refused.unwrap_err(), BindingError::TenantClosed);
    }
}
