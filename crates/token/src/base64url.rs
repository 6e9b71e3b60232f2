//! Base64url without padding (RFC 7515 §2). Decoding is strict: unused non-zero bits, padding and line breaks are refused.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns `None` if `text` is not canonical. No other function in this crate decodes base64url.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Like [`decode`], but also returns `None` unless the result has exactly `N` bytes.
pub(crate) fn decode_exactly<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T4a: bytes have one encoding. Otherwise one token would have several spellings.
    #[test]
    fn only_the_canonical_encoding_is_read() {
        assert_eq!(decode("Zm8"), Some(b"fo".to_vec()));
        for odd in ["Zm8=", "Zm9", "Zm8\n", " Zm8", "Zm8!", "Z", "+/+/"] {
            assert_eq!(decode(odd), None, "{odd:?}");
        }
        assert_eq!(decode_exactly::<3>("Zm8"), None);
    }
}
