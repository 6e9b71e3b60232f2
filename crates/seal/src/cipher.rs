//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): `HChaCha20` derives a subkey from key and nonce, then ChaCha20-Poly1305 (RFC 8439) encrypts.
//!
//! ChaCha20-Poly1305 comes from the library that signs tokens, because it is fast: opening is most of the cost of a body read from Redis
//! (`just bench-micro seal`).

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use chacha20::{R20, hchacha};
use zeroize::Zeroizing;

pub(crate) const NONCE: usize = 24;
pub(crate) const TAG: usize = 16;

/// A derived key. Its memory is wiped when it is dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Encrypts `text` in place and returns the tag; `None` only for more than 256 GiB.
pub(crate) fn encrypt(
    key: &Key,
    nonce: &[u8; NONCE],
    aad: &[u8],
    text: &mut [u8],
) -> Option<[u8; TAG]> {
    let (key, nonce) = of_one_box(key, nonce)?;
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), text).ok()?;
    tag.as_ref().try_into().ok()
}

/// Decrypts `text` into `plain`, which must have the same length. Returns `false` if the tag is wrong; `plain` must then not be used.
pub(crate) fn decrypt(
    key: &Key,
    nonce: &[u8; NONCE],
    aad: &[u8],
    (text, tag): (&[u8], &[u8; TAG]),
    plain: &mut [u8],
) -> bool {
    let Some((key, nonce)) = of_one_box(key, nonce) else { return false };
    key.open_separate_gather(nonce, Aad::from(aad), text, tag, plain).is_ok()
}

/// §2.3 of the draft: the first 16 bytes of the nonce derive the subkey, and the last 8 bytes end the nonce that is used with it.
fn of_one_box(key: &Key, nonce: &[u8; NONCE]) -> Option<(LessSafeKey, Nonce)> {
    let (first, last) = nonce.split_first_chunk::<16>()?;
    let subkey = Zeroizing::new(<[u8; 32]>::from(hchacha::<R20>((&**key).into(), first.into())));
    let mut rest = [0; 12];
    rest[4..].copy_from_slice(last);
    let unbound = UnboundKey::new(&CHACHA20_POLY1305, subkey.as_slice()).ok()?;
    Some((LessSafeKey::new(unbound), Nonce::assume_unique_for_key(rest)))
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

    /// The test vector of draft-irtf-cfrg-xchacha-03, appendix A.3.1.
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
        let mut opened = vec![0; text.len()];
        assert!(decrypt(&key, &nonce, &aad, (&text, &tag), &mut opened));
        assert_eq!(opened, plain);
        assert!(!decrypt(&key, &nonce, b"", (&text, &tag), &mut opened));
    }
}
