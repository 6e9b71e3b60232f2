//! The canonical request: the text whose hash is signed. A request that could be written in two ways is refused instead of being normalized.

use sha2::{Digest, Sha256};

use super::{Request, SignatureError};

/// The most headers of a request.
pub(super) const MAX_HEADERS: usize = 64;
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// The headers of a request, at most [`MAX_HEADERS`].
pub(super) struct Headers<'r>(&'r [(&'r str, &'r [u8])]);

/// A canonical request as text.
pub(super) struct Canonical(String);

impl<'r> Headers<'r> {
    pub(super) fn of(request: &Request<'r>) -> Result<Self, SignatureError> {
        let headers = request.headers;
        let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if headers.len() > MAX_HEADERS {
            return Err(SignatureError::TooManyHeaders);
        }
        if bytes > MAX_HEADER_BYTES {
            return Err(SignatureError::TooLong);
        }
        Ok(Self(headers))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// Returns the value of a header, or `None` if it is missing. Refuses a header that appears twice.
    pub(super) fn once(&self, name: &str) -> Result<Option<&'r [u8]>, SignatureError> {
        let mut values = self.0.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let first = values.next().map(|(_, value)| *value);
        if values.next().is_some() {
            return Err(SignatureError::RepeatedHeader);
        }
        Ok(first)
    }
}

impl Canonical {
    /// Builds the canonical request with the signed headers, which are sorted.
    pub(super) fn of(
        request: &Request<'_>,
        headers: &Headers<'_>,
        signed: &[&str],
    ) -> Result<Self, SignatureError> {
        let method = request.method;
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(SignatureError::Target);
        }
        if !request.query.is_empty() || !is_plain(request.path) {
            return Err(SignatureError::Target);
        }
        let body = hexadecimal(&Sha256::digest(request.body));
        // A body that is sent in chunks or unsigned has a keyword here instead of its hash.
        let said = headers.once("x-amz-content-sha256")?;
        if said.is_some_and(|said| said != body.as_bytes()) {
            return Err(SignatureError::Body);
        }
        let mut lines = String::new();
        for name in signed {
            let value = plain_value(headers.once(name)?.ok_or(SignatureError::MissingHeader)?)?;
            lines.extend([name, ":", value, "\n"]);
        }
        let (path, names) = (request.path, signed.join(";"));
        Ok(Self(format!("{method}\n{path}\n\n{lines}\n{names}\n{body}")))
    }

    /// Returns the SHA-256 of the text in hexadecimal digits.
    pub(super) fn hash(&self) -> String {
        hexadecimal(&Sha256::digest(&self.0))
    }
}

/// Whether the path has nothing that a client or proxy would encode, decode or remove.
fn is_plain(path: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut segments = path.split('/').skip(1).peekable();
    let mut odd = false;
    while let Some(segment) = segments.next() {
        odd |= segment == "." || segment == ".." || segment.is_empty() && segments.peek().is_some();
    }
    path.starts_with('/') && !odd && path.bytes().all(unreserved)
}

/// Returns the value if it has no outer or double spaces. AWS would trim them and merge them into one; this server refuses them.
fn plain_value(value: &[u8]) -> Result<&str, SignatureError> {
    let printable = value.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let text = std::str::from_utf8(value).ok().filter(|_| printable);
    let text = text.ok_or(SignatureError::Character)?;
    let outer = value.first() == Some(&b' ') || value.last() == Some(&b' ');
    let double = value.windows(2).any(|pair| pair == b"  ");
    if outer || double { Err(SignatureError::Spaces) } else { Ok(text) }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
