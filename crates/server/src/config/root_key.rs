//! The root key, from which every other key is derived.

use seal::{RootKey, Seals};

use super::environment::{ConfigError, Environment, invalid};

const CURRENT: &str = "WATERTIGHT_ROOT_KEY";
const PREVIOUS: &str = "WATERTIGHT_ROOT_KEY_PREVIOUS";
const HINT: &str = "set it to 32 random bytes in base64, the same on every node; `watertight root-key` prints such a key";

/// The seals under `WATERTIGHT_ROOT_KEY`, which also open what `WATERTIGHT_ROOT_KEY_PREVIOUS` sealed.
pub(crate) fn seals(environment: &Environment<'_>) -> Result<Seals, ConfigError> {
    let current = root_key(environment, CURRENT)?;
    let rotating = [PREVIOUS.to_owned(), format!("{PREVIOUS}_FILE")];
    let previous = rotating
        .iter()
        .any(|name| environment.text(name).is_some())
        .then(|| root_key(environment, PREVIOUS))
        .transpose()?;
    Ok(Seals::new(&current, previous.as_ref()))
}

fn root_key(environment: &Environment<'_>, name: &str) -> Result<RootKey, ConfigError> {
    environment.secret(name, HINT)?.parse().map_err(|error| invalid(name, error, HINT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn read(current: &'static str, previous: &'static str) -> Result<String, String> {
        let read = move |name: &str| match name {
            CURRENT => Some(current.to_owned()),
            PREVIOUS => Some(previous.to_owned()),
            _ => None,
        };
        let seals = seals(&Environment::new(&read));
        seals.map(|seals| format!("{seals:?}")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_root_key_is_read_and_not_shown() {
        assert_eq!(read(GOOD, "").unwrap(), "Seals(1 root keys)");
        assert_eq!(read(GOOD, GOOD).unwrap(), "Seals(2 root keys)");
    }

    #[test]
    fn an_invalid_root_key_is_named_and_not_shown() {
        for (current, previous, name) in
            [("", "", CURRENT), ("c2hvcnQ=", "", CURRENT), (GOOD, "@no base64@", PREVIOUS)]
        {
            let error = read(current, previous).unwrap_err();
            assert!(
                error.starts_with(&format!("`{name}`")) && error.contains("\nhint: "),
                "{error}"
            );
            assert!(!error.contains("c2hv") && !error.contains('@'), "{error}");
        }
    }
}
