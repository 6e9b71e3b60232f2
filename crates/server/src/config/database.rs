//! The URL of PostgreSQL, and the passwords of the product's roles.

use std::time::Duration;

use anyhow::Context;
use lab::Faults;
use store::{BootstrapConfig, SessionRecords, Store, StoreConfig};
use url::Url;

use super::environment::{ConfigError, Environment, invalid};

const URL: &str = "WATERTIGHT_DATABASE_URL";
const URL_HINT: &str =
    "set it to `postgres://host:5432/watertight`, without a user: the role names are fixed";
const OWNER: (&str, &str) = ("watertight_owner", "WATERTIGHT_OWNER_PASSWORD");
const APP: (&str, &str) = ("watertight_app", "WATERTIGHT_APP_PASSWORD");
const PLATFORM: (&str, &str) = ("watertight_platform", "WATERTIGHT_PLATFORM_PASSWORD");
const SESSION: (&str, &str) = ("watertight_session", "WATERTIGHT_SESSION_PASSWORD");

/// The configuration of the database. Each command reads only the passwords of the roles it needs, so `serve` never reads the owner's password.
pub(crate) struct Database<'a> {
    environment: &'a Environment<'a>,
    url: Url,
}

impl<'a> Database<'a> {
    pub(crate) fn read(environment: &'a Environment<'a>) -> Result<Self, ConfigError> {
        let text = environment.required(URL, URL_HINT)?;
        let url: Url = text.parse().map_err(|error| invalid(URL, error, URL_HINT))?;
        match fault(&url) {
            Some(why) => Err(invalid(URL, why, URL_HINT)),
            None => Ok(Self { environment, url }),
        }
    }

    /// The most connections of the app role.
    pub(crate) fn max_connections(&self) -> Result<u32, ConfigError> {
        let most = self.environment.parsed(
            "WATERTIGHT_DATABASE_CONNECTIONS",
            10,
            "set it to a number from 1 to 1000",
        )?;
        if !(1..=1000).contains(&most) {
            return Err(invalid(
                "WATERTIGHT_DATABASE_CONNECTIONS",
                format!("{most} is out of range"),
                "set it to a number from 1 to 1000",
            ));
        }
        Ok(most)
    }

    /// The configuration of the store, with the two roles that own no tables.
    fn store(&self) -> Result<StoreConfig, ConfigError> {
        Ok(StoreConfig {
            app_url: self.as_role(APP)?,
            platform_url: self.as_role(PLATFORM)?,
            max_connections: self.max_connections()?,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(10),
        })
    }

    /// Connects to the store.
    pub(crate) async fn connect(&self) -> anyhow::Result<Store> {
        self.connect_with_faults(Faults::default()).await
    }

    /// Connects to the store with the locks that `faults` leaves on.
    pub(crate) async fn connect_with_faults(&self, faults: Faults) -> anyhow::Result<Store> {
        with_hint(Store::connect_with_faults(self.store()?, faults).await)
    }

    /// Connects to the session records. Only a node that keeps its sessions in PostgreSQL needs the password of this role.
    pub(crate) async fn session_records(&self, store: &Store) -> anyhow::Result<SessionRecords> {
        let (url, config) = (self.as_role(SESSION)?, self.store()?);
        with_hint(SessionRecords::connect(store.clone(), &url, &config).await)
    }

    /// The URL for the owner of the tables, which `migrate` and `incident sweep` use.
    pub(crate) fn owner_url(&self) -> Result<String, ConfigError> {
        self.as_role(OWNER)
    }

    /// The superuser's URL. In the product only `bootstrap` uses it.
    pub(crate) fn superuser_url(&self) -> Result<String, ConfigError> {
        self.environment.secret(
            "WATERTIGHT_SUPERUSER_URL",
            "set it to the full URL of a superuser; only `bootstrap` needs it",
        )
    }

    /// The name of the product's database.
    pub(crate) fn name(&self) -> &str {
        self.url.path().trim_start_matches('/')
    }

    /// The database and the passwords of the roles that `bootstrap` creates.
    pub(crate) fn bootstrap(&self) -> Result<BootstrapConfig, ConfigError> {
        Ok(BootstrapConfig {
            database: self.name().to_owned(),
            owner_password: self.password(OWNER)?,
            app_password: self.password(APP)?,
            platform_password: self.password(PLATFORM)?,
            session_password: self.environment.optional_secret(SESSION.1, &hint(SESSION))?,
        })
    }

    fn as_role(&self, role: (&str, &str)) -> Result<String, ConfigError> {
        let mut url = self.url.clone();
        let password = self.password(role)?;
        let set = url.set_username(role.0).and_then(|()| url.set_password(Some(&password)));
        set.map_err(|()| invalid(URL, "it cannot contain a user", URL_HINT))?;
        Ok(url.into())
    }

    fn password(&self, role: (&str, &str)) -> Result<String, ConfigError> {
        self.environment.secret(role.1, &hint(role))
    }
}

fn hint((role, variable): (&str, &str)) -> String {
    format!(
        "set it to the password of the role `{role}`, or set `{variable}_FILE` to a file that contains it"
    )
}

/// What is wrong with the URL of the database; `None` if nothing is. The text does not repeat the URL, which could contain a password.
fn fault(url: &Url) -> Option<&'static str> {
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        Some("the scheme is not `postgres` or `postgresql`")
    } else if !url.username().is_empty() {
        Some("the URL contains a user")
    } else if !url.has_host() {
        Some("the host is missing")
    } else if url.path().len() <= 1 {
        Some("the name of the database is missing")
    } else {
        None
    }
}

/// Adds a hint if PostgreSQL does not answer. Every other error has its own hint.
pub(crate) fn with_hint<T>(result: Result<T, store::Error>) -> anyhow::Result<T> {
    match result {
        Err(error) if error.is_temporary() => {
            Err(error).context(format!("hint: start PostgreSQL, or check `{URL}`"))
        }
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(url: &'static str) -> Result<String, ConfigError> {
        let read = move |name: &str| match name {
            URL => Some(url.to_owned()),
            "WATERTIGHT_APP_PASSWORD" => Some("p@ss/word".to_owned()),
            _ => None,
        };
        let environment = Environment::new(&read);
        Database::read(&environment)?.as_role(APP)
    }

    #[test]
    fn a_password_may_contain_any_character() {
        let url = database("postgres://127.0.0.1:5432/watertight").unwrap();
        assert_eq!(url, "postgres://watertight_app:p%40ss%2Fword@127.0.0.1:5432/watertight");
    }

    #[test]
    fn a_url_that_names_a_user_or_no_database_is_refused() {
        for (odd, why) in [
            ("postgres://root@127.0.0.1/watertight", "contains a user"),
            ("postgres://127.0.0.1", "the name of the database is missing"),
            ("postgres://127.0.0.1/", "the name of the database is missing"),
            ("postgres:///watertight", "the host is missing"),
            ("http://127.0.0.1/x", "the scheme is not `postgres`"),
            ("x", "relative URL without a base"),
            ("", "is not set"),
        ] {
            let error = database(odd).unwrap_err().to_string();
            assert!(error.contains(URL) && error.contains(why), "{odd}: {error}");
        }
    }
}
