//! The four accounts of a fresh company. They share one password hash, because hashing is slow on purpose.

use credential::{NewPassword, PasswordHash};
use domain::{AccountId, Role};
use store::NewAccount;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::Roster;
use crate::secrets;

/// The password of every account of every fresh company.
pub const PASSWORD: &str = "correct-horse-battery-staple";

/// The stored hash of [`PASSWORD`].
pub async fn password_hash() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let hashed = async {
        secrets::remember(PASSWORD);
        let password = NewPassword::parse(PASSWORD).expect("a password that may be chosen");
        PasswordHash::of(&password).expect("a hash").as_str().to_owned()
    };
    HASH.get_or_init(|| hashed).await.clone()
}

/// One account for each role. The auditor is not an employee of the company.
pub(super) async fn of(roster: &Roster) -> Vec<NewAccount> {
    let (hash, canary) = (password_hash().await, &roster.canary);
    // Derived from an employee's id, so that accounts of twin companies have the same ids.
    let id =
        |role: Role| Uuid::from_u128(roster.hr_admin().as_uuid().as_u128() ^ (role as u128 + 1));
    let account = |role: Role| NewAccount {
        id: AccountId::from_uuid(id(role)),
        name: format!("{role:?} {canary}"),
        email: format!("{}.{canary}@{canary}.example", role.as_str()).parse().expect("an address"),
        role,
        employee: match role {
            Role::HrAdmin => Some(roster.hr_admin()),
            Role::Manager => Some(roster.manager()),
            Role::Employee => Some(roster.employee()),
            Role::Auditor => None,
        },
        password_hash: hash.clone(),
        demo: false,
    };
    Role::ALL.map(account).into()
}
