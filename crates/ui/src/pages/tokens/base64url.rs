//! Encodes base64url (RFC 4648 §5, no padding). The page never decodes it: it gets the contents of a token from the server, which verified the token.

use base64::{Engine, engine::general_purpose};

/// Encodes bytes as the parts of a token are encoded.
pub(super) fn encode(bytes: &[u8]) -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes a public key in DER (SPKI) as a PEM file (RFC 7468 §13).
pub(super) fn public_key_file(spki: &[u8]) -> String {
    let text = general_purpose::STANDARD.encode(spki);
    let mut file = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    for line in text.as_bytes().chunks(64) {
        file.extend(line.iter().map(|&byte| char::from(byte)));
        file.push('\n');
    }
    file.push_str("-----END PUBLIC KEY-----\n");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_written() {
        for (bytes, text) in [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foobar", "Zm9vYmFy")]
        {
            assert_eq!(encode(bytes), text);
        }
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn a_key_file_has_lines_of_64() {
        let file = public_key_file(&[0; 91]);
        let lines: Vec<_> = file.lines().collect();
        assert_eq!((lines[0], lines[1].len(), lines.len()), ("-----BEGIN PUBLIC KEY-----", 64, 4));
    }
}
