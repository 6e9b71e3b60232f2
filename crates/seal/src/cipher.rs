//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) on bytes that are already where they belong.

use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

pub(crate) const NONCE: usize = 24;
pub(crate) const TAG: usize = 16;

/// A derived key, wiped when it goes.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Encrypts in place and returns the tag; `None` only for more than 256 GiB.
pub(crate) fn encrypt(
    key: &Key,
    nonce: &[u8; NONCE],
    aad: &[u8],
    text: &mut [u8],
) -> Option<[u8; TAG]> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let tag = cipher.encrypt_inout_detached(nonce.into(), aad, text.into()).ok()?;
    Some(tag.into())
}

/// Decrypts in place, if the tag is right. Otherwise the text stays as it was.
pub(crate) fn decrypt(
    key: &Key,
    nonce: &[u8; NONCE],
    aad: &[u8],
    text: &mut [u8],
    tag: &[u8; TAG],
) -> bool {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher.decrypt_inout_detached(nonce.into(), aad, text.into(), tag.into()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<char> = hexadecimal.chars().filter(|c| !c.is_whitespace()).collect();
        let byte =
            |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    }

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    #[test]
    fn the_vector_of_the_draft_is_met() {
        let key: Key = Zeroizing::new(std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap()));
        let nonce: [u8; NONCE] = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let aad = bytes("50515253c0c1c2c3c4c5c6c7");
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let mut text = plain.to_vec();
        let tag = encrypt(&key, &nonce, &aad, &mut text).unwrap();
        let sealed = bytes(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
             731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
             2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
             21f9664c97637da9768812f615c68b13b52e",
        );
        assert_eq!(text, sealed);
        assert_eq!(tag.to_vec(), bytes("c0875924c1c7987947deafd8780acf49"));
        assert!(decrypt(&key, &nonce, &aad, &mut text, &tag));
        assert_eq!(text, plain);
    }
}
