//! The signature: a chain of HMACs from the secret to the text.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{authorization::Authorization, canonical::Canonical};

/// Returns the text that is signed for a canonical request.
pub(super) fn string_to_sign(
    date: &str,
    authorization: &Authorization<'_>,
    canonical: &Canonical,
) -> String {
    format!("AWS4-HMAC-SHA256\n{date}\n{}\n{}", authorization.scope, canonical.hash())
}

/// Returns whether the text was signed with this secret. The comparison takes constant time.
pub(super) fn verify(secret: &str, authorization: &Authorization<'_>, text: &str) -> bool {
    let Authorization { date, region, service, signature, .. } = authorization;
    let key = signing_key(secret, [date, region, service]);
    hmac(&*key, text).verify_slice(signature).is_ok()
}

/// Derives the signing key for a day, a region and a service.
fn signing_key(secret: &str, scope: [&str; 3]) -> Zeroizing<[u8; 32]> {
    let first = Zeroizing::new(["AWS4", secret].concat());
    let [date, region, service] = scope;
    let mut key =
        Zeroizing::new(<[u8; 32]>::from(hmac(first.as_bytes(), date).finalize().into_bytes()));
    for part in [region, service, "aws4_request"] {
        *key = hmac(&*key, part).finalize().into_bytes().into();
    }
    key
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 section 2)")]
fn hmac(key: &[u8], text: &str) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("a key of any length").chain_update(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sigv4::{
        Request,
        canonical::{Headers, hexadecimal},
    };

    const EXAMPLE: [&str; 2] = ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830T123600Z"];

    /// The example of "Create a signed AWS API request" in the AWS IAM user guide: `ListUsers` of IAM.
    #[test]
    fn the_example_of_the_manual_is_met() {
        let key = signing_key(EXAMPLE[0], ["20150830", "us-east-1", "iam"]);
        assert_eq!(
            hexadecimal(&*key),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
        let text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
                    f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
        assert_eq!(
            hexadecimal(&hmac(&*key, text).finalize().into_bytes()),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }

    /// The cases of AWS's published test suite for Signature Version 4 that need no normalization.
    #[test]
    fn the_published_test_suite_is_met() {
        let form = ("content-type", &b"application/x-www-form-urlencoded"[..]);
        for (name, method, header, body, signature) in [
            (
                "get-vanilla",
                "GET",
                None,
                "",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "post-vanilla",
                "POST",
                None,
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "post-header-value-case",
                "POST",
                Some(("my-header1", &b"VALUE1"[..])),
                "",
                "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
            ),
            (
                "post-x-www-form-urlencoded",
                "POST",
                Some(form),
                "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
        ] {
            let mut headers = vec![
                ("Host", &b"example.amazonaws.com"[..]),
                ("X-Amz-Date", EXAMPLE[1].as_bytes()),
            ];
            headers.extend(header);
            let request =
                Request { method, path: "/", query: "", headers: &headers, body: body.as_bytes() };
            let mut signed: Vec<String> =
                headers.iter().map(|(name, _)| name.to_lowercase()).collect();
            signed.sort();
            let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
            let canonical =
                Canonical::of(&request, &Headers::of(&request).unwrap(), &signed).unwrap();
            let text = format!(
                "AWS4-HMAC-SHA256\n{}\n20150830/us-east-1/service/aws4_request\n{}",
                EXAMPLE[1],
                canonical.hash()
            );
            let key = signing_key(EXAMPLE[0], ["20150830", "us-east-1", "service"]);
            assert_eq!(
                hexadecimal(&hmac(&*key, &text).finalize().into_bytes()),
                signature,
                "{name}"
            );
        }
    }
}
