//! The configuration of external issuers, which tenants trust besides their own user pools (row T11).

use std::fmt::Display;

use api::PublicUrl;
use domain::{ClientId, TenantSlug};
use serde::Deserialize;
use token::{Audience, ExternalLifetime, IssuerUrl};
use url::{Host, Url};

use super::environment::{ConfigError, Environment, invalid};

const NAME: &str = "WATERTIGHT_EXTERNAL_ISSUERS";
const HINT: &str = "set it to a list of `{\"company\":\"acme\",\"issuer\":\"https://…\",\"jwks_url\":\"https://…\",\"clients\":[\"…\"]}`, or with `\"audience\":\"…\"` in place of `clients`";
const AUDIENCE_HINT: &str = "use `clients` for a Cognito pool, `audience` for any other issuer";
const HTTPS_HINT: &str =
    "use `https` addresses without a user; `http` is for `localhost` and loopback addresses";

/// An issuer that a tenant trusts, as it is configured.
#[derive(Clone, Debug)]
pub(crate) struct ConfiguredIssuer {
    /// The slug of the tenant that trusts the issuer.
    pub(crate) company: TenantSlug,
    /// The claim `iss` of its tokens.
    pub(crate) url: IssuerUrl,
    /// The address of its JWKS.
    pub(crate) jwks_url: Url,
    /// How its tokens name this product as their audience.
    pub(crate) audience: Audience,
    /// The longest lifetime of its tokens that is accepted.
    pub(crate) lifetime: ExternalLifetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIssuer {
    company: TenantSlug,
    issuer: String,
    jwks_url: String,
    clients: Option<Vec<ClientId>>,
    audience: Option<String>,
    max_token_minutes: Option<u16>,
}

/// Reads the external issuers of all tenants; none if the variable is not set. The value is not secret, but can be long, so it may be in a file.
pub(super) fn external_issuers(
    environment: &Environment<'_>,
    own: &PublicUrl,
) -> Result<Vec<ConfiguredIssuer>, ConfigError> {
    let names = [NAME.to_owned(), format!("{NAME}_FILE")];
    if names.iter().all(|name| environment.text(name).is_none()) {
        return Ok(Vec::new());
    }
    let text = environment.secret(NAME, HINT)?;
    let all: Vec<RawIssuer> =
        serde_json::from_str(&text).map_err(|error| invalid(NAME, error, HINT))?;
    all.into_iter().map(|written| written.checked(own)).collect()
}

/// An error in the configured issuers that is found only after the configuration was read.
pub(crate) fn wrong_issuers(why: impl Display, hint: &str) -> ConfigError {
    invalid(NAME, why, hint)
}

/// Whether the host of a URL is `localhost` or a loopback address.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl RawIssuer {
    fn checked(self, own: &PublicUrl) -> Result<ConfiguredIssuer, ConfigError> {
        let Self { company, issuer, jwks_url, clients, audience, max_token_minutes } = self;
        let odd = |why: &dyn Display| invalid(NAME, format!("`{issuer}`: {why}"), HINT);
        let url: IssuerUrl = issuer.parse().map_err(|error| odd(&error))?;
        let at: Url = issuer.parse().map_err(|error| odd(&error))?;
        // The error does not repeat the address, which could contain a password.
        let jwks_url: Url =
            jwks_url.parse().map_err(|error| odd(&format!("`jwks_url`: {error}")))?;
        for (name, url) in [("issuer", &at), ("jwks_url", &jwks_url)] {
            if let Some(why) = unsafe_part(url) {
                let why = format!("`{issuer}`: `{name}` is not safe: {why}");
                return Err(invalid(NAME, why, HTTPS_HINT));
            }
        }
        if is_ours(&at, own) {
            let why = format!("`{issuer}` is an issuer of this installation");
            let hint = "leave it out: a company's own user pool is trusted anyway";
            return Err(invalid(NAME, why, hint));
        }
        let audience = meant_for(clients, audience)
            .map_err(|why| invalid(NAME, format!("`{issuer}`: {why}"), AUDIENCE_HINT))?;
        let lifetime = max_token_minutes.map(ExternalLifetime::from_minutes).transpose();
        let lifetime = lifetime.map_err(|error| {
            invalid(NAME, error, "set `max_token_minutes` to a number from 5 to 1440")
        })?;
        let lifetime = lifetime.unwrap_or_default();
        Ok(ConfiguredIssuer { company, url, jwks_url, audience, lifetime })
    }
}

/// Returns the audience.
///
/// # Errors
/// What is wrong, unless exactly one of the two is given and valid.
fn meant_for(
    clients: Option<Vec<ClientId>>,
    audience: Option<String>,
) -> Result<Audience, &'static str> {
    match (clients, audience) {
        (Some(clients), None) if clients.is_empty() => {
            Err("`clients` is empty: expected one client id or more")
        }
        (Some(clients), None) => Ok(Audience::Clients(clients)),
        (None, Some(audience)) => match audience.len() {
            0 => Err("`audience` is empty: expected 1 to 255 bytes"),
            1..=255 => Ok(Audience::Resource(audience)),
            _ => Err("`audience` is too long: expected at most 255 bytes"),
        },
        (None, None) => {
            Err("the audience is missing: expected exactly one of `clients` and `audience`")
        }
        (Some(_), Some(_)) => {
            Err("both `clients` and `audience` are given: expected exactly one of them")
        }
    }
}

/// Why the connection is not protected from attackers who would replace the keys, or the address could show a password; `None` if it is safe.
fn unsafe_part(url: &Url) -> Option<&'static str> {
    if !url.username().is_empty() || url.password().is_some() {
        Some("the address contains a user")
    } else if url.scheme() == "https" || url.scheme() == "http" && is_this_machine(url) {
        None
    } else {
        Some("the connection would not be encrypted")
    }
}

/// Whether the address belongs to this installation. An issuer must not have both the keys of a user pool and those of an external issuer.
fn is_ours(url: &Url, own: &PublicUrl) -> bool {
    let own: Option<Url> = own.to_string().parse().ok();
    own.is_some_and(|own| own.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<ConfiguredIssuer>, String> {
        let read = move |name: &str| (name == NAME).then(|| text.to_owned());
        let own = "https://hr.example".parse().unwrap();
        external_issuers(&Environment::new(&read), &own).map_err(|error| error.to_string())
    }

    fn one(rest: &str) -> Result<Vec<ConfiguredIssuer>, String> {
        read(&format!("[{{\"company\":\"acme\",{rest}}}]"))
    }

    fn at(issuer: &str, jwks_url: &str) -> Result<Vec<ConfiguredIssuer>, String> {
        one(&format!(r#""issuer":"{issuer}","jwks_url":"{jwks_url}","clients":["a"]"#))
    }

    const POOL: &str = r#""issuer":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1B2c3D4","jwks_url":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1B2c3D4/.well-known/jwks.json""#;

    /// T11: a Cognito pool is configured by its clients, any other issuer by an audience.
    #[test]
    fn issuers_are_read() {
        assert!(read("").unwrap().is_empty());
        let pool = one(&format!(r#"{POOL},"clients":["3n4b5urk1ft4fl3mg5e62d9ado"]"#)).unwrap();
        assert!(matches!(&pool[0].audience, Audience::Clients(clients) if clients.len() == 1));
        assert_eq!(pool[0].lifetime, ExternalLifetime::default());
        let other = one(
            r#""issuer":"http://127.0.0.1:9/","jwks_url":"http://localhost:9/k","audience":"https://hr.example/api","max_token_minutes":15"#,
        );
        let other = other.unwrap();
        assert_eq!(other[0].audience, Audience::Resource("https://hr.example/api".to_owned()));
        assert_eq!(other[0].url.as_str(), "http://127.0.0.1:9/", "as it stands in `iss`");
        assert_eq!(other[0].lifetime, ExternalLifetime::from_minutes(15).unwrap());
    }

    /// T11: an incomplete or ambiguous issuer is refused with the variable's name and a hint.
    #[test]
    fn invalid_issuers_are_refused() {
        assert!(read("{}").is_err() && read("x").is_err() && read("[{}]").is_err());
        let long = format!(r#","audience":"{}""#, "a".repeat(256));
        for (rest, why) in [
            ("", "the audience is missing"),
            (r#","clients":[]"#, "`clients` is empty"),
            (r#","clients":[""]"#, "the id is empty"),
            (r#","clients":["a b"]"#, "forbidden character"),
            (r#","audience":"""#, "`audience` is empty"),
            (long.as_str(), "`audience` is too long"),
            (r#","clients":["a"],"audience":"a""#, "both `clients` and `audience`"),
            (r#","clients":["a"],"max_token_minutes":4"#, "max_token_minutes"),
            (r#","clients":["a"],"jku":"https://a.example""#, "unknown field `jku`"),
            (r#","clients":["a"],"company":"betaco""#, "duplicate field `company`"),
        ] {
            let said = one(&format!("{POOL}{rest}")).unwrap_err();
            assert!(said.contains(why), "{said}");
            assert!(said.starts_with(&format!("`{NAME}`")) && said.contains("\nhint: "), "{said}");
        }
    }

    /// T11: keys are never fetched over an unprotected connection, and no external issuer has the address of this installation.
    #[test]
    fn addresses_that_are_not_safe_are_refused() {
        let good = "https://a.example";
        assert!(at(good, good).is_ok());
        for (issuer, jwks_url) in [
            ("http://a.example", good),
            (good, "http://a.example"),
            (good, "http://localhost.a.example"),
            (good, "http://10.0.0.1"),
            (good, "https://user:password@a.example"),
            (good, "file:///etc/passwd"),
            (good, "/keys"),
            ("https://hr.example/eu-local-1_AcmeCorp1", good),
            ("https://a.example?b", good),
        ] {
            let said = at(issuer, jwks_url).unwrap_err();
            assert!(said.contains("\nhint: ") && !said.contains("password"), "{said}");
        }
        for (issuer, jwks_url, why) in [
            ("http://a.example", good, "`issuer` is not safe: the connection"),
            (good, "http://a.example", "`jwks_url` is not safe: the connection"),
            (good, "https://u:p@a.example", "`jwks_url` is not safe: the address contains a user"),
        ] {
            let said = at(issuer, jwks_url).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
