//! Storage of the identity provider: pools, clients and keys for the platform; token families, codes and accounts for each tenant.

mod answered_challenge;
mod client;
mod code;
mod company_sign_out;
mod external_subject;
mod family;
mod mail;
mod password;
mod person;
mod pool;
mod refresh;
mod remembered_device;
mod remembered_devices;
mod reset;
mod revoked_key;
mod role;
mod sealed;
mod sign_in;
mod signing_key;

pub use answered_challenge::SpentTicket;
pub use client::{AppClient, Flow, NewAppClient, UnknownFlow};
pub use code::{NewCode, Redeemed, SpentCode};
pub use external_subject::{ExternalSubject, Linked};
pub(crate) use family::revoke_all;
pub use family::{NewFamily, RevokedFor};
pub use mail::Mail;
pub use password::PasswordReplacement;
pub use person::{NewPerson, Person};
pub(crate) use pool::create as create_pool;
pub use pool::{PoolChange, PoolSettings, UserPool};
pub use refresh::{PresentedToken, RefreshGrant, Refreshed};
pub use remembered_device::{NewRememberedDevice, Remembered};
pub use remembered_devices::ListedDevice;
pub use reset::{Reset, ResetMail};
pub use revoked_key::RevokedKey;
pub use signing_key::{NewSigningKey, StoredKey};
