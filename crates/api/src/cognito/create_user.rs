//! `AdminCreateUser`: creates an account and mails its first password.

use credential::MAX_PASSWORD_BYTES;
use domain::{AccountId, Email, Line, PrintableText, Role, TenantId};
use serde::Deserialize;
use serde_json::json;
use store::NewPerson;
use uuid::Uuid;

use super::{
    Reply,
    admin::Admin,
    call::Call,
    exception::{Exception, Kind},
    new_password::{Hashed, NewPassword},
    random_code,
    user::{described, no_such_attribute},
};
use crate::{Api, error::ApiError};

/// The length of a generated first password. Each letter has five bits.
const FIRST_PASSWORD_LETTERS: usize = 20;

/// The allowed values of `custom:role`, for error messages.
const ROLES: &str = "expected employee, manager, hr_admin or auditor";

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
    let (first, text) = first_password(create.temporary_password)?;
    if resend {
        return invite_again(api, admin, &create.username, first, &text).await;
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
        invite(api, admin.tenant(), account, &text).await?;
    }
    let person = admin.person(api, &account.to_string()).await?;
    Ok(json!({ "User": described(&person, admin.tenant(), "Attributes") }))
}

/// `RESEND`: sends another first password to a user who has not chosen a password yet.
async fn invite_again(
    api: &Api,
    admin: &Admin,
    username: &str,
    first: NewPassword,
    text: &PrintableText,
) -> Reply {
    let person = admin.person(api, username).await?;
    if !person.must_change_password {
        let message = "The user has chosen a password; there is nothing to resend.";
        return Err(Exception::new(Kind::UnsupportedUserState, message));
    }
    let first = first.of_person(&person, &admin.pool)?;
    first.set(api, &admin.pool, person.account, true).await?;
    invite(api, admin.tenant(), person.account, text).await?;
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
    let printable = PrintableText::parse(&text, MAX_PASSWORD_BYTES).map_err(|_| {
        let message = "Password did not conform with policy: no control characters";
        Exception::new(Kind::InvalidPassword, message)
    })?;
    Ok((new, printable))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// T6: an error names the attribute and the allowed values.
    #[test]
    fn an_error_names_the_invalid_attribute() {
        let email: Email = "ama@acme.example".parse().unwrap();
        let read = |name: &str, value: &str| {
            let attribute = Attribute { name: name.to_owned(), value: Some(value.to_owned()) };
            NewUserAttributes::read(&[attribute], &email)
        };
        assert_eq!(
            read("custom:role", "auditor").ok().map(|attributes| attributes.role),
            Some(Role::Auditor)
        );
        assert!(read("email_verified", "true").is_ok_and(|attributes| attributes.email_verified));
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
