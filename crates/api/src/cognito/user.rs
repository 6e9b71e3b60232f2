//! An account in Cognito's form, and creating an account.

use chrono::{DateTime, Utc};
use credential::MAX_PASSWORD_BYTES;
use domain::{AccountId, Email, Line, PrintableText, Role, TenantId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{NewPerson, Person};
use uuid::Uuid;

use super::{
    Reply,
    admin::Admin,
    call::Call,
    exception::{Exception, Kind},
    new_password::{Hashed, NewPassword},
    random_code,
};
use crate::{Api, error::ApiError};

/// The length of a generated first password. Each letter has five bits.
const FIRST_PASSWORD_LETTERS: usize = 20;

/// The longest name of an attribute at Cognito, with its prefix.
const LONGEST_NAME: usize = 32;
/// The allowed values of `custom:role`, for error messages.
const ROLES: &str = "expected employee, manager, hr_admin or auditor";

/// The parameters of an operation that takes only a user name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UsernameParameter {
    pub(super) username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    username: String,
    temporary_password: Option<String>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    message_action: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    value: Option<String>,
}

/// The attributes that an administrator may set for a new account.
struct NewUserAttributes {
    name: Option<Line>,
    email_verified: bool,
    role: Role,
}

/// `AdminCreateUser`. The user name of the request must be an email address. The account gets an id, which is its user name from then on.
pub(super) async fn create(call: &Call<'_>, admin: &Admin) -> Reply {
    let create: Create = call.read()?;
    let (api, pool) = (call.api, &admin.pool);
    let resend = match create.message_action.as_deref() {
        None | Some("SUPPRESS") => false,
        Some("RESEND") => true,
        Some(_) => return Err(Exception::invalid("MessageAction must be RESEND or SUPPRESS.")),
    };
    let (first, shown) = first_password(create.temporary_password)?;
    if resend {
        return invite_again(api, admin, &create.username, first, &shown).await;
    }
    let email: Email =
        create.username.parse().map_err(|_| Exception::invalid("Username should be an email."))?;
    let attributes = NewUserAttributes::read(&create.user_attributes, &email)?;
    let name = attributes.name.as_ref().map_or("", Line::as_str);
    let first = first.differing_from(name, email.as_str(), pool)?;
    let account = AccountId::from_uuid(Uuid::new_v4());
    let Hashed { hash, verifier } = first.hashed(api, pool, account).await?;
    let new = NewPerson {
        account,
        name: attributes.name.map_or_else(|| email.to_string(), String::from),
        email,
        role: attributes.role,
        email_verified: attributes.email_verified,
        password_hash: hash.clone(),
    };
    api.store.create_person(&admin.context, new).await.map_err(email_taken)?;
    if verifier.is_some() {
        api.store.set_password(admin.tenant(), account, hash, verifier, true).await?;
    }
    if create.message_action.is_none() {
        invite(api, admin.tenant(), account, &shown).await?;
    }
    let person = admin.person(api, &account.to_string()).await?;
    Ok(json!({ "User": described(&person, admin.tenant(), "Attributes") }))
}

/// `AdminGetUser`: the account with all its attributes.
pub(super) async fn get(call: &Call<'_>, admin: &Admin) -> Reply {
    let UsernameParameter { username } = call.read()?;
    let person = admin.person(call.api, &username).await?;
    Ok(described(&person, admin.tenant(), "UserAttributes"))
}

/// `RESEND`: sends another first password to a user who has not chosen a password yet.
async fn invite_again(
    api: &Api,
    admin: &Admin,
    username: &str,
    first: NewPassword,
    shown: &PrintableText,
) -> Reply {
    let person = admin.person(api, username).await?;
    if !person.must_change_password {
        let message = "The user has chosen a password; there is nothing to resend.";
        return Err(Exception::new(Kind::UnsupportedUserState, message));
    }
    let first = first.of_person(&person, &admin.pool)?;
    first.set(api, &admin.pool, person.account, true).await?;
    invite(api, admin.tenant(), person.account, shown).await?;
    Ok(json!({ "User": described(&person, admin.tenant(), "Attributes") }))
}

/// The password that must be changed at the first sign-in, and its text for the mail.
fn first_password(given: Option<String>) -> Result<(NewPassword, PrintableText), Exception> {
    let text = match given {
        Some(text) => text,
        None => random_code::random::<FIRST_PASSWORD_LETTERS>()?,
    };
    let new = NewPassword::parse(&text)?;
    // It is mailed, and the user has to type it.
    let shown = PrintableText::parse(&text, MAX_PASSWORD_BYTES).map_err(|_| {
        let message = "Password did not conform with policy: no control characters";
        Exception::new(Kind::InvalidPassword, message)
    })?;
    Ok((new, shown))
}

async fn invite(
    api: &Api,
    tenant: TenantId,
    account: AccountId,
    password: &PrintableText,
) -> Result<(), ApiError> {
    let (subject, password) = ("Your account".to_owned(), password.as_str());
    let body = format!(
        "Sign in with this address and the password {password}, then choose your own password."
    );
    Ok(api.store.write_mail(tenant, account, subject, body).await?)
}

fn email_taken(error: store::Error) -> Exception {
    match error {
        store::Error::Conflict { constraint } if constraint == "account_email_key" => {
            Exception::new(Kind::UsernameExists, "User account already exists")
        }
        error => error.into(),
    }
}

impl NewUserAttributes {
    fn read(attributes: &[Attribute], username: &Email) -> Result<Self, Exception> {
        let mut parsed = Self { name: None, email_verified: false, role: Role::Employee };
        for Attribute { name, value } in attributes {
            let value = value.as_deref().unwrap_or_default();
            let invalid = |why: &str| invalid_value(name, value, why);
            match name.as_str() {
                "email" if value.parse().ok().as_ref() == Some(username) => {}
                "email_verified" => {
                    parsed.email_verified =
                        value.parse().map_err(|_| invalid("expected true or false"))?;
                }
                "name" => {
                    let line = Line::parse(value, Line::LONGEST);
                    parsed.name = Some(line.map_err(|wrong| invalid(&wrong.to_string()))?);
                }
                "custom:role" => parsed.role = value.parse().map_err(|_| invalid(ROLES))?,
                "email" => return Err(invalid("expected the address that is the Username")),
                name => return Err(Exception::invalid(no_such_attribute(name))),
            }
        }
        Ok(parsed)
    }
}

/// The error for an attribute whose value is refused. It does not repeat the value.
fn invalid_value(name: &str, value: &str, why: &str) -> Exception {
    if value.trim().is_empty() {
        return Exception::invalid(format!("The value of {name} is missing: send one."));
    }
    Exception::invalid(format!("Invalid value for {name}: {why}."))
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

    /// T6: an error names the attribute and the allowed values.
    #[test]
    fn an_error_names_the_invalid_attribute() {
        let email: Email = "ama@acme.example".parse().unwrap();
        let read = |name: &str, value: &str| {
            let attribute = Attribute { name: name.to_owned(), value: Some(value.to_owned()) };
            NewUserAttributes::read(&[attribute], &email)
        };
        assert_eq!(read("custom:role", "auditor").ok().map(|told| told.role), Some(Role::Auditor));
        assert!(read("email_verified", "true").is_ok_and(|told| told.email_verified));
        assert!(read("email", "AMA@acme.example").is_ok());
        let long = "a".repeat(Line::LONGEST + 1);
        for (name, value, why) in [
            ("email", "other@acme.example", "the Username"),
            ("email_verified", "yes", "true or false"),
            ("email_verified", "", "is missing"),
            ("custom:role", "root", "hr_admin"),
            ("name", "a\nb", "forbidden character"),
            ("name", " ", "is missing"),
            ("name", &long, "too long"),
            ("custom:tenant_id", "x", "does not exist"),
            ("sub", "x", "does not exist"),
        ] {
            let message = read(name, value).err().unwrap().body()["message"].to_string();
            assert!(message.contains(name) && message.contains(why), "{message}");
        }
    }
}
