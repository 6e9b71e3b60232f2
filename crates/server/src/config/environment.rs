//! Reads environment variables, and files for secrets that should not be in the environment.

use std::{fmt::Display, fs, str::FromStr};

use api::PublicUrl;

use super::published::is_published;

/// The variable with the public address of the product.
pub(super) const PUBLIC_URL: &str = "WATERTIGHT_PUBLIC_URL";

/// A variable is missing or invalid.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The variable is required and not set.
    #[error("`{name}` is not set\nhint: {hint}")]
    Missing {
        /// The name of the variable.
        name: String,
        /// What the operator can do.
        hint: String,
    },
    /// The value of the variable is not allowed.
    #[error("`{name}` is invalid: {why}\nhint: {hint}")]
    Invalid {
        /// The name of the variable.
        name: String,
        /// What is wrong with the value.
        why: String,
        /// What the operator can do.
        hint: String,
    },
}

/// The source of variables. Tests provide their own.
pub(crate) struct Environment<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Environment<'a> {
    pub(crate) fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { read }
    }

    /// The text of a variable. An empty variable counts as not set.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        (self.read)(name).filter(|text| !text.is_empty())
    }

    pub(crate) fn required(&self, name: &str, hint: &str) -> Result<String, ConfigError> {
        self.text(name).ok_or_else(|| missing(name, hint))
    }

    /// A parsed variable, or its default.
    pub(crate) fn parsed<T>(&self, name: &str, default: T, hint: &str) -> Result<T, ConfigError>
    where
        T: FromStr<Err: Display>,
    {
        let Some(text) = self.text(name) else { return Ok(default) };
        text.parse().map_err(|error: T::Err| invalid(name, error, hint))
    }

    /// Reads a secret from the variable itself, or from the file that `<NAME>_FILE` names, without line breaks at its end. A secret that is published in
    /// this repository is refused unless the public host is `localhost`.
    pub(crate) fn secret(&self, name: &str, hint: &str) -> Result<String, ConfigError> {
        let secret = self.read_secret(name, hint)?;
        if is_published(&secret) && !self.is_reached_locally() {
            let why = "its value is published in the repository of this product";
            return Err(invalid(name, why, hint));
        }
        Ok(secret)
    }

    /// Like [`Self::secret`]; `None` if neither variable is set.
    pub(crate) fn optional_secret(
        &self,
        name: &str,
        hint: &str,
    ) -> Result<Option<String>, ConfigError> {
        let set = [name, &format!("{name}_FILE")].iter().any(|name| self.text(name).is_some());
        if set { self.secret(name, hint).map(Some) } else { Ok(None) }
    }

    /// The public address as text; `http://localhost:8080` if it is not set.
    pub(super) fn public_url(&self) -> String {
        self.text(PUBLIC_URL).unwrap_or_else(|| "http://localhost:8080".to_owned())
    }

    fn is_reached_locally(&self) -> bool {
        self.public_url().parse::<PublicUrl>().is_ok_and(|url| url.base_domain() == "localhost")
    }

    fn read_secret(&self, name: &str, hint: &str) -> Result<String, ConfigError> {
        let file = format!("{name}_FILE");
        match (self.text(name), self.text(&file)) {
            (Some(_), Some(_)) => {
                Err(invalid(&file, format!("`{name}` is set as well"), "set one of the two"))
            }
            (Some(secret), None) => Ok(secret),
            (None, Some(path)) => {
                let text = fs::read_to_string(&path).map_err(|error| {
                    invalid(
                        &file,
                        format!("`{path}`: {error}"),
                        "set it to a file that this process may read",
                    )
                })?;
                Ok(text.trim_end_matches(['\r', '\n']).to_owned())
            }
            (None, None) => Err(missing(name, hint)),
        }
    }
}

fn missing(name: &str, hint: &str) -> ConfigError {
    ConfigError::Missing { name: name.to_owned(), hint: hint.to_owned() }
}

pub(crate) fn invalid(name: &str, why: impl Display, hint: &str) -> ConfigError {
    ConfigError::Invalid { name: name.to_owned(), why: why.to_string(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{super::published::PUBLISHED, *};

    #[test]
    fn an_empty_variable_is_not_set() {
        let read = |_: &str| Some(String::new());
        let error = Environment::new(&read).required("REDIS_SESSION_URL", "start one").unwrap_err();
        assert_eq!(error.to_string(), "`REDIS_SESSION_URL` is not set\nhint: start one");
    }

    #[test]
    fn a_secret_comes_from_a_file_without_its_line_break() {
        let file = std::env::temp_dir().join(format!("watertight-secret-{}", std::process::id()));
        fs::write(&file, "s3cret\n").unwrap();
        let path = file.to_str().unwrap().to_owned();
        let read = move |name: &str| (name == "PASSWORD_FILE").then(|| path.clone());
        assert_eq!(Environment::new(&read).secret("PASSWORD", "").unwrap(), "s3cret");
        fs::remove_file(file).unwrap();
    }

    /// G6: a published secret is refused unless the public host is `localhost`, and not shown; so is one in a file.
    #[test]
    fn a_published_secret_is_accepted_on_localhost_only() {
        let file = std::env::temp_dir().join(format!("watertight-public-{}", std::process::id()));
        for secret in PUBLISHED {
            fs::write(&file, format!("{secret}\n")).unwrap();
            let path = file.to_str().unwrap().to_owned();
            for (url, good) in [
                ("", true),
                ("http://localhost:8080", true),
                ("https://LOCALHOST", true),
                ("https://hr.example", false),
                ("http://localhost.example", false),
                ("http://127.0.0.1", false),
                ("no address", false),
            ] {
                for in_file in [false, true] {
                    let read = |name: &str| match name {
                        PUBLIC_URL => Some(url.to_owned()),
                        "KEY" if !in_file => Some(secret.to_owned()),
                        "KEY_FILE" if in_file => Some(path.clone()),
                        _ => None,
                    };
                    let read = Environment::new(&read).secret("KEY", "make one");
                    assert_eq!(read.is_ok(), good, "{secret} {url}");
                    let Err(refused) = read else { continue };
                    let refused = refused.to_string();
                    assert!(refused.contains("`KEY`") && refused.contains("hint: make one"));
                    assert!(!refused.contains(&format!("`{secret}`")), "{refused}");
                }
            }
        }
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_secret_set_twice_is_refused() {
        let read = |_: &str| Some("x".to_owned());
        assert!(Environment::new(&read).secret("PASSWORD", "").is_err());
    }
}
