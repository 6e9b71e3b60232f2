//! The access keys of the administrators of user pools.

use credential::sigv4::AdminCredentials;

use super::environment::{ConfigError, Environment, invalid};

const CREDENTIALS: &str = "WATERTIGHT_ADMIN_CREDENTIALS";
const HINT: &str = "set it to `<pool id>:<access key id>:<secret>` for each key, or leave it out";

/// Reads `WATERTIGHT_ADMIN_CREDENTIALS`. Without it no request can administer a user pool.
pub(crate) fn admin_credentials(
    environment: &Environment<'_>,
) -> Result<AdminCredentials, ConfigError> {
    let given = [CREDENTIALS.to_owned(), format!("{CREDENTIALS}_FILE")]
        .iter()
        .any(|name| environment.text(name).is_some());
    if !given {
        return Ok(AdminCredentials::none());
    }
    let text = environment.secret(CREDENTIALS, HINT)?;
    text.parse().map_err(|error| invalid(CREDENTIALS, error, HINT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "eu-local-1_AcmeCorp1:WTADMINACME00000001:q7Zr2mXc9LhTfV4nWbYk8sPdJg3uEa6xR5vHt0Mi";

    fn read(text: &'static str) -> Result<String, String> {
        let read = move |name: &str| (name == CREDENTIALS).then(|| text.to_owned());
        let credentials = admin_credentials(&Environment::new(&read));
        credentials.map(|all| format!("{all:?}")).map_err(|error| error.to_string())
    }

    /// T6: keys are read and never shown. An error about an invalid key names the variable and does not show the key.
    #[test]
    fn keys_are_read_and_not_shown() {
        assert_eq!(read("").unwrap(), "[]");
        let debug_text = read(GOOD).unwrap();
        assert!(
            debug_text.contains("WTADMINACME00000001") && !debug_text.contains("q7Zr"),
            "{debug_text}"
        );
        let refused = read("eu-local-1_AcmeCorp1:WTADMINACME00000001:q7Zr").unwrap_err();
        assert!(refused.contains(CREDENTIALS) && !refused.contains("q7Zr"), "{refused}");
    }
}
