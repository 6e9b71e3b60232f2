//! The header `Authorization`, parsed strictly: only the form that clients write is accepted.

use super::{SERVICE, SignatureError};

const SCHEME: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
const LONGEST: usize = 2048;
const MAX_SIGNED_HEADERS: usize = 32;

/// The parsed header.
#[derive(Debug)]
pub(super) struct Authorization<'a> {
    pub(super) access_key_id: &'a str,
    /// The credential scope: `<date>/<region>/cognito-idp/aws4_request`.
    pub(super) scope: &'a str,
    pub(super) date: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    /// The names of the signed headers: lower case, sorted, without duplicates.
    pub(super) signed_headers: Vec<&'a str>,
    pub(super) signature: [u8; 32],
}

impl<'a> Authorization<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, SignatureError> {
        if text.len() > LONGEST {
            return Err(SignatureError::LongAuthorization);
        }
        let text = std::str::from_utf8(text).map_err(|_| SignatureError::Form)?;
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        if scheme != SCHEME {
            return Err(SignatureError::Algorithm);
        }
        let [mut credential, mut signed, mut signature] = [None; 3];
        // One space is allowed after a comma, and nowhere else.
        for (at, part) in rest.split(',').enumerate() {
            let part = part.strip_prefix(' ').filter(|_| at > 0).unwrap_or(part);
            let (name, value) = part.split_once('=').ok_or(SignatureError::Form)?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed,
                "Signature" => &mut signature,
                _ => return Err(SignatureError::Form),
            };
            if place.replace(value).is_some() {
                return Err(SignatureError::Form);
            }
        }
        Self::of(
            credential.ok_or(SignatureError::MissingPart("Credential"))?,
            signed.ok_or(SignatureError::MissingPart("SignedHeaders"))?,
            signature.ok_or(SignatureError::MissingPart("Signature"))?,
        )
    }

    fn of(credential: &'a str, signed: &'a str, signature: &str) -> Result<Self, SignatureError> {
        let (access_key_id, scope) = credential.split_once('/').ok_or(SignatureError::Form)?;
        let parts: Vec<&str> = scope.split('/').collect();
        let [date, region, service, TERMINATOR] = parts[..] else {
            return Err(SignatureError::Form);
        };
        let plain = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if ![access_key_id, date, region, service].into_iter().all(plain) {
            return Err(SignatureError::Form);
        }
        if service != SERVICE {
            return Err(SignatureError::Service);
        }
        let signed_headers: Vec<&str> = signed.split(';').collect();
        let lower = |name: &&str| !name.is_empty() && name.bytes().all(is_lower_case_token);
        if signed_headers.len() > MAX_SIGNED_HEADERS
            || !signed_headers.iter().all(lower)
            || !signed_headers.is_sorted_by(|a, b| a < b)
        {
            return Err(SignatureError::Form);
        }
        let signature = bytes(signature).ok_or(SignatureError::Form)?;
        Ok(Self { access_key_id, scope, date, region, service, signed_headers, signature })
    }
}

fn is_lower_case_token(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte)
}

/// Decodes 64 hexadecimal digits in lower case.
fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from((digit(0)? << 4) | digit(1)?).ok()?;
    }
    Some(bytes)
}
