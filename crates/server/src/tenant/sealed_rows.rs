//! Rows with values that are sealed for their company. An archive holds them open or not at all, and a restored company seals them again.

use std::io;

use api::{open_onboarding, seal_onboarding};
use domain::{AccountId, ClientId, TenantId};
use idp::ClientSecret;
use seal::Seals;
use serde_json::{Map, Value};
use store::SealedOnboarding;
use zeroize::Zeroizing;

/// The table of applications.
pub(super) const APPLICATION: &str = "platform.app_client";
const ONBOARDING: &str = "onboarding_form";

/// The columns of an onboarding form that are sealed, each with its place.
const FORMS: [(&str, PlaceOf); 2] =
    [("sealed", SealedOnboarding::Form), ("draft", SealedOnboarding::Adopted)];
/// The columns of an application's secret.
const SECRET: [&str; 2] = ["secret_digest", "secret_sealed"];
/// Whether the archived application had a secret. Its row does not have it: the restored application gets another one.
const CONFIDENTIAL: &str = "confidential";

/// The keys of one company.
pub(super) struct CompanySeals<'a> {
    pub(super) seals: &'a Seals,
    pub(super) tenant: TenantId,
}

type Row = Map<String, Value>;
/// The place of an account's form.
type PlaceOf = fn(AccountId) -> SealedOnboarding;

impl CompanySeals<'_> {
    /// The row as an archive holds it; `None` if it is stored like that.
    ///
    /// # Errors
    /// If a form is sealed under a root key that this process does not have.
    pub(super) fn exported(&self, table: &str, row: &str) -> io::Result<Option<String>> {
        change_row(table, row, |row| {
            if table == APPLICATION {
                let secrets = SECRET.map(|column| row.remove(column));
                let has_one = secrets.iter().flatten().any(|secret| !secret.is_null());
                row.insert(CONFIDENTIAL.to_owned(), has_one.into());
                return Ok(());
            }
            for_each_form(row, |at, stored| {
                let bytes = stored.as_str().and_then(|text| text.strip_prefix("\\x"));
                let bytes = hex::decode(bytes.unwrap_or_default()).map_err(io::Error::other)?;
                let form = open_onboarding(self.seals, self.tenant, at, &bytes);
                serde_json::to_value(form.map_err(io::Error::other)?).map_err(io::Error::other)
            })
        })
    }

    /// The row as the restored company stores it; `None` if that is as in the archive. Adds the new secret of an application to `secrets`.
    ///
    /// # Errors
    /// If the row is not one that [`Self::exported`] has written.
    pub(super) fn restored(
        &self,
        table: &str,
        row: &str,
        secrets: &mut Vec<(ClientId, Zeroizing<String>)>,
    ) -> io::Result<Option<String>> {
        change_row(table, row, |row| {
            if table == APPLICATION {
                // A secret that somebody has written into the archive does not count.
                row.retain(|column, _| !SECRET.contains(&column.as_str()));
                if row.remove(CONFIDENTIAL) != Some(true.into()) {
                    return Ok(());
                }
                let id = row.get("id").cloned().unwrap_or_default();
                let id: ClientId = serde_json::from_value(id).map_err(io::Error::other)?;
                let new = ClientSecret::random(self.seals, self.tenant, &id);
                let ClientSecret { text, stored: (digest, sealed) } =
                    new.map_err(io::Error::other)?;
                for (column, bytes) in SECRET.into_iter().zip([&digest[..], &sealed]) {
                    row.insert(column.to_owned(), bytea(bytes));
                }
                secrets.push((id, text));
                return Ok(());
            }
            for_each_form(row, |at, form| {
                let form = serde_json::from_value(form.clone()).map_err(io::Error::other)?;
                let sealed = seal_onboarding(self.seals, self.tenant, at, &form);
                Ok(bytea(&sealed.map_err(io::Error::other)?))
            })
        })
    }
}

/// Changes a row of the two tables with sealed values.
fn change_row(
    table: &str,
    row: &str,
    change: impl FnOnce(&mut Row) -> io::Result<()>,
) -> io::Result<Option<String>> {
    if table != APPLICATION && table != ONBOARDING {
        return Ok(None);
    }
    let mut row: Row = serde_json::from_str(row)?;
    change(&mut row)?;
    Ok(Some(serde_json::to_string(&row)?))
}

/// Replaces each form of a row that is not null.
fn for_each_form(
    row: &mut Row,
    change: impl Fn(SealedOnboarding, &Value) -> io::Result<Value>,
) -> io::Result<()> {
    let account = row.get("account_id").cloned().unwrap_or_default();
    let account: AccountId = serde_json::from_value(account).map_err(io::Error::other)?;
    for (column, place) in FORMS {
        if let Some(value) = row.get_mut(column).filter(|value| !value.is_null()) {
            *value = change(place(account), value)?;
        }
    }
    Ok(())
}

/// Bytes as PostgreSQL reads them from JSON.
fn bytea(bytes: &[u8]) -> Value {
    format!("\\x{}", hex::encode(bytes)).into()
}
