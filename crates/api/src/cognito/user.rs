//! An account in Cognito's form.

use chrono::{DateTime, Utc};
use domain::{Email, TenantId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::Person;

use super::{Reply, admin::Admin, call::Call};

/// The longest name of an attribute at Cognito, with its prefix.
const LONGEST_NAME: usize = 32;
/// The parameters of an operation that takes only a user name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UsernameParameter {
    pub(super) username: String,
}

/// `AdminGetUser`: the account with all its attributes.
pub(super) async fn get(call: &Call<'_>, admin: &Admin) -> Reply {
    let UsernameParameter { username } = call.read()?;
    let person = admin.person(call.api, &username).await?;
    Ok(described(&person, admin.tenant(), "UserAttributes"))
}

/// An account with all its fields. Operations use different names for the list of attributes: `attributes_as`.
pub(super) fn described(person: &Person, tenant: TenantId, attributes_as: &str) -> Value {
    let status = if person.must_change_password { "FORCE_CHANGE_PASSWORD" } else { "CONFIRMED" };
    let mut described = json!({
        "Username": person.account.to_string(),
        "Enabled": person.enabled,
        "UserStatus": status,
        "UserCreateDate": seconds(person.created_at),
        "UserLastModifiedDate": seconds(person.updated_at),
    });
    described[attributes_as] = attributes(person, tenant);
    described
}

/// The attributes of an account as a list of `Name` and `Value`.
pub(super) fn attributes(person: &Person, tenant: TenantId) -> Value {
    let pairs = pairs(person, tenant);
    pairs.into_iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
}

/// The value of an attribute; `None` if there is no such attribute.
pub(super) fn attribute(person: &Person, tenant: TenantId, name: &str) -> Option<String> {
    pairs(person, tenant).into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The message for an unknown attribute. It repeats the name only if it has the form of an attribute name.
pub(super) fn no_such_attribute(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_:.-".contains(&byte);
    let shown = if name.len() <= LONGEST_NAME && name.bytes().all(plain) { name } else { "…" };
    format!("The attribute {shown} does not exist in the schema, or cannot be set.")
}

fn pairs(person: &Person, tenant: TenantId) -> [(&'static str, String); 6] {
    [
        ("sub", person.account.to_string()),
        ("email", person.email.to_string()),
        ("email_verified", person.email_verified.to_string()),
        ("name", person.name.clone()),
        ("custom:role", person.role.as_str().to_owned()),
        ("custom:tenant_id", tenant.to_string()),
    ]
}

/// The user's attributes in the challenge `NEW_PASSWORD_REQUIRED`: a JSON object as a text.
pub(super) fn as_json_text(person: &Person) -> String {
    let mut attributes = Map::new();
    attributes.insert("email".to_owned(), person.email.to_string().into());
    attributes.insert("email_verified".to_owned(), person.email_verified.to_string().into());
    attributes.insert("name".to_owned(), person.name.clone().into());
    Value::Object(attributes).to_string()
}

/// Masks an email address: `a***@b***`. A user name that is not an email address gives `***`.
pub(super) fn masked(username: &str) -> String {
    let first = |part: &str| part.chars().next().map_or_else(String::new, String::from);
    match username.parse::<Email>() {
        Ok(email) => {
            let (name, host) = email.as_str().split_once('@').unwrap_or_default();
            format!("{}***@{}***", first(name), first(host))
        }
        Err(_) => "***".to_owned(),
    }
}

/// A time in seconds since the Unix epoch, as this protocol writes it.
pub(super) fn seconds(at: DateTime<Utc>) -> i64 {
    at.timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T6: the masked destination depends only on the request, so it does not reveal whether there is an account.
    #[test]
    fn an_address_is_masked_as_the_client_sent_it() {
        assert_eq!(masked("Ama@acme.example"), "a***@a***");
        assert_eq!(masked("0b9d8b3e-6a3e-4e0c-8a3f-3a0f5d1c2b4a"), "***");
    }
}
