//! The secrets that are published in this repository. They are accepted only if the public host is `localhost`.

use url::{Url, form_urlencoded};

/// Root keys, passwords and access keys of former defaults, examples and tests. A secret that is published is added here and never removed.
pub(super) const PUBLISHED: [&str; 19] = [
    // Root keys: the former default of `docker/compose.yaml`, and one of a test of the lab build.
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "Zm91ci1hbmQtdHdlbnR5LXRpbWVzLW9uZS1rZXkhISE=",
    // The former defaults of `docker/compose.yaml`.
    "app",
    "owner",
    "platform",
    "postgres",
    // The demonstration, the benchmark, and tests.
    "watertight-demo",
    "a-password-of-the-benchmark",
    "correct-horse-battery-staple",
    "owner-of-the-tests",
    "app-of-the-tests",
    "platform-of-the-tests",
    "session-of-the-tests",
    "superuser-of-the-tests",
    "p@ss/word",
    "secret",
    // Access keys of tests.
    "q7Zr2mXc9LhTfV4nWbYk8sPdJg3uEa6xR5vHt0Mi",
    "Aa0/b+c=d-e_f1g2h3i4j5k6l7m8n9o0p1q2",
    "s3cret",
];

/// Whether this secret, the password of this URL, or the last part of one of these access keys is published.
pub(super) fn is_published(secret: &str) -> bool {
    let known = |text: &str| PUBLISHED.contains(&text);
    let url = Url::parse(secret).ok();
    let password = url.as_ref().and_then(Url::password).map(percent_decoded);
    let keys = secret.split(|c: char| c == ',' || c.is_whitespace());
    known(secret.trim())
        || password.is_some_and(|password| known(&password))
        || keys.filter_map(|key| key.rsplit(':').next()).any(known)
}

/// Decodes percent escapes with the decoder of forms, which treats `+` and `&` differently, so these are escaped first.
fn percent_decoded(text: &str) -> String {
    let value = format!("={}", text.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(value.as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G6: a published secret is found alone, in a URL and in a list of access keys.
    #[test]
    fn a_published_secret_is_found_in_every_position() {
        for secret in PUBLISHED {
            assert!(is_published(secret) && is_published(&format!(" {secret}\n")), "{secret}");
            let key = format!("eu-local-1_A1:AAAAAAAAAAAAAAAA:other, eu-local-1_B1:BBBB:{secret}");
            assert!(is_published(&key), "{key}");
        }
        for url in [
            "postgres://postgres:postgres@127.0.0.1/postgres",
            "postgres://root:p%40ss%2Fword@127.0.0.1/x",
        ] {
            assert!(is_published(url), "{url}");
        }
    }

    #[test]
    fn an_unpublished_secret_is_not_found() {
        for secret in [
            "",
            "apps",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
            "postgres://postgres:another@127.0.0.1/postgres",
            "postgres://postgres@127.0.0.1/postgres",
            "eu-local-1_A1:AAAAAAAAAAAAAAAA:another",
        ] {
            assert!(!is_published(secret), "{secret}");
        }
    }
}
