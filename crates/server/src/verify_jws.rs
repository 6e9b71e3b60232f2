//! `watertight verify-jws`: verifies a signed token with given keys, for scripts and for published test vectors.

use std::{fs, io::Read, path::PathBuf};

use anyhow::Context;
use clap::Args;
use token::{Algorithm, JwkSet, LONGEST_TOKEN, verify_jws};

/// The keys and the allowed algorithms.
#[derive(Args)]
pub(crate) struct VerifyJws {
    /// The keys: a JWKS document, or a single JWK.
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// The allowed algorithms, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "RS256,ES256")]
    alg: Vec<Algorithm>,
}

/// Verifies the token from `input`. Prints nothing if it is valid; otherwise the error is the reason.
pub(crate) fn verify(options: &VerifyJws, input: impl Read) -> anyhow::Result<()> {
    let document = fs::read(&options.jwks)
        .with_context(|| format!("cannot read the keys in `{}`", options.jwks.display()))?;
    let keys = JwkSet::parse(&document).context("the keys are refused")?;
    // One byte more than the longest token with its line break, so that a longer one is detected.
    let most = u64::try_from(LONGEST_TOKEN + 3)?;
    let mut text = String::new();
    input.take(most).read_to_string(&mut text).context("cannot read the token")?;
    let token = text.strip_suffix('\n').unwrap_or(&text);
    let token = token.strip_suffix('\r').unwrap_or(token);
    verify_jws(token, &keys, &options.alg).context("the token is refused")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's `cryptography`; the private key was not kept.
    const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"Uc_U4q5i8veh-AT1XYJtQih4y9K1PVkh1wycNlAjgzg","y":"MmMbvsv_XM8fAfFWAyuHYdLo4FjqQ4Eqfkt2JFPOPtQ","use":"sig","alg":"ES256","kid":"one"}]}"#;
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6Im9uZSJ9.aGVsbG8.I0x-KgPZO5msjhyDHIZeHEFbHOKU8G-SuKvLopkSK285ciCyNUhV0Q_ppz8F4w6NJ_vYQxZ3zMqEgqQYytJrWw";

    fn verified(name: &str, alg: &[Algorithm], token: &str) -> anyhow::Result<()> {
        let jwks = std::env::temp_dir().join(format!("verify-jws-{}-{name}", std::process::id()));
        fs::write(&jwks, KEYS).unwrap();
        let options = VerifyJws { jwks: jwks.clone(), alg: alg.to_vec() };
        let verified = verify(&options, token.as_bytes());
        fs::remove_file(jwks).unwrap();
        verified
    }

    /// T4a: a valid token is accepted, with or without a line break at its end.
    #[test]
    fn a_valid_token_is_accepted() {
        for end in ["", "\n", "\r\n"] {
            let token = format!("{TOKEN}{end}");
            assert!(verified("good", &Algorithm::ALL, &token).is_ok(), "{end:?}");
        }
    }

    /// T4a: anything else is an error, and so exit code 1.
    #[test]
    fn an_invalid_token_is_refused() {
        let long = format!("{TOKEN}{}", "A".repeat(LONGEST_TOKEN));
        for odd in ["", &TOKEN[1..], &format!("{TOKEN}\n\n"), &format!(" {TOKEN}"), &long] {
            assert!(verified("odd", &Algorithm::ALL, odd).is_err(), "{odd}");
        }
        assert!(verified("alg", &[Algorithm::Rs256], TOKEN).is_err());
    }
}
