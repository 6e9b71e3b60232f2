//! The configuration of the cache: how many bytes it keeps in the process.

use super::environment::{ConfigError, Environment};

const L1_BYTES: &str = "WATERTIGHT_CACHE_L1_BYTES";

/// The configuration of the cache of `serve`.
pub(crate) fn cache_config(environment: &Environment<'_>) -> Result<cache::Config, ConfigError> {
    let default_value = cache::Config::default();
    let hint = "set it to a number of bytes; 0 keeps nothing in the process";
    Ok(cache::Config {
        l1_bytes: environment.parsed(L1_BYTES, default_value.l1_bytes, hint)?,
        ..default_value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l1_bytes(text: &'static str) -> Result<usize, ConfigError> {
        let read = move |name: &str| (name == L1_BYTES).then(|| text.to_owned());
        Ok(cache_config(&Environment::new(&read))?.l1_bytes)
    }

    #[test]
    fn the_size_of_the_l1_cache_is_a_number_of_bytes() {
        assert_eq!(l1_bytes("").unwrap(), cache::Config::default().l1_bytes);
        assert_eq!(l1_bytes("0").unwrap(), 0);
        assert!(l1_bytes("64 MiB").is_err_and(|error| error.to_string().contains(L1_BYTES)));
    }
}
