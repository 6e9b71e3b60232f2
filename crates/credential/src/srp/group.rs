//! The group: 3072 bits, generator 2 (RFC 5054 appendix A), and the server's arithmetic. Exponentiation with a secret takes constant time.

use crypto_bigint::{U256, U3072, Uint, const_monty_params, modular::ConstMontyForm};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::{DefaultIsZeroes, Zeroizing};

/// The length of a number below `N`.
pub(super) const BYTES: usize = 384;
/// The length of the key for the client's proof.
pub(super) const KEY_BYTES: usize = 16;

const_monty_params!(
    Modulus,
    U3072,
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    "The safe prime `N`."
);

type Residue = ConstMontyForm<Modulus, { U3072::LIMBS }>;

const GENERATOR: Residue = Residue::new(&Uint::from_u8(2));

/// A member of the group: a number above 0 and below `N`, or 0 after it was wiped.
#[derive(Clone, Copy, Default)]
pub(super) struct Element(Residue);

/// An exponent of 256 bits. Its memory is wiped when it is dropped.
pub(super) struct Exponent(Zeroizing<U256>);

/// The result of an exchange: the server's public value, and the key that a client can compute only with the password.
pub(super) struct Agreement {
    pub(super) public: Element,
    pub(super) key: Zeroizing<[u8; KEY_BYTES]>,
}

impl Agreement {
    /// The server's side: `B = k·v + g^b`, `u = H(A ‖ B)`, `S = (A·v^u)^b`, and the key derived from `S` by HKDF.
    ///
    /// `None` if `u` is 0, which would remove the password from `S` (RFC 5054 section 2.5.3), or if `B` is 0, which clients refuse.
    pub(super) fn reach(a: &Element, verifier: &Element, b: &Exponent) -> Option<Self> {
        let public = Element(multiplier() * verifier.0 + GENERATOR.pow(&*b.0)).not_zero()?;
        let u = hash(&[&a.padded(), &public.padded()]);
        let exponent = (u != [0; 32]).then(|| U256::from_be_slice(&u))?;
        let shared = Element((a.0 * verifier.0.pow(&exponent)).pow(&*b.0));
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        // HKDF cannot fail here: 16 bytes are less than a block.
        Hkdf::<Sha256>::new(Some(&pad(&u)), &Zeroizing::new(shared.padded()))
            .expand(b"Caldera Derived Key", &mut *key)
            .ok()?;
        Some(Self { public, key })
    }
}

impl Element {
    /// Returns `g` to the power of a secret.
    pub(super) fn power(exponent: &Exponent) -> Self {
        Self(GENERATOR.pow(&*exponent.0))
    }

    /// Parses hexadecimal digits as clients send them. Leading zeros are ignored; 0, `N` and larger numbers are refused.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let digits = text.trim_start_matches('0').as_bytes();
        if digits.len() > 2 * BYTES || text.len() > 2 * BYTES + 2 {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (at, digit) in digits.iter().rev().enumerate() {
            let value =
                char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok())?;
            bytes[BYTES - 1 - at / 2] |= value << (4 * (at % 2));
        }
        Self::from_bytes(&bytes)
    }

    /// Reads a member of the group; `None` for 0, `N` and larger numbers.
    pub(super) fn from_bytes(bytes: &[u8; BYTES]) -> Option<Self> {
        let number = U3072::from_be_slice(bytes);
        if number >= *Residue::MODULUS.as_ref() {
            return None;
        }
        Self(Residue::new(&number)).not_zero()
    }

    /// Returns a square of the group made from bytes that look random. Every power of 2 is a square too, so it looks like a verifier.
    pub(super) fn square_of(bytes: &[u8; BYTES]) -> Self {
        Self(Residue::new(&U3072::from_be_slice(bytes)).square())
    }

    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(self.0.retrieve().to_be_bytes().as_ref());
        bytes
    }

    /// The number in hexadecimal digits, two for each byte, without leading zero bytes.
    pub(super) fn to_hex(self) -> String {
        hex(&self.to_bytes())
    }

    fn padded(self) -> Vec<u8> {
        pad(&self.to_bytes())
    }

    fn not_zero(self) -> Option<Self> {
        (self.0 != Residue::ZERO).then_some(self)
    }
}

impl DefaultIsZeroes for Element {}

impl Exponent {
    pub(super) fn of(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(U256::from_be_slice(bytes)))
    }
}

/// SHA-256 of the parts, one after the other.
pub(super) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The shortest two's-complement form of a number, as Java's `BigInteger` writes it: no leading zero bytes, except one if the first bit is set.
pub(super) fn pad(bytes: &[u8]) -> Vec<u8> {
    let number = without_zeros(bytes);
    let sign = number[0] & 0x80 != 0;
    let zero: &[u8] = if sign { &[0] } else { &[] };
    [zero, number].concat()
}

/// The hexadecimal digits of a number, two for each byte, without leading zero bytes.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    without_zeros(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Removes leading zero bytes. Zero itself keeps one byte.
fn without_zeros(bytes: &[u8]) -> &[u8] {
    let begin = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len().saturating_sub(1));
    &bytes[begin..]
}

/// The multiplier `k = H(N ‖ g)`.
fn multiplier() -> Residue {
    let modulus = Residue::MODULUS.as_ref().to_be_bytes();
    let k = hash(&[&pad(modulus.as_ref()), &[2]]);
    Residue::new(&U256::from_be_slice(&k).resize())
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    /// The value that Cognito's clients use, computed by `amazon-cognito-identity-js`.
    #[test]
    fn the_multiplier_is_cognitos() {
        let k = multiplier().retrieve().to_be_bytes();
        assert_eq!(
            hex(k.as_ref()),
            "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
        );
    }

    /// The examples of `padHex` in `amazon-cognito-identity-js`, and edge cases.
    #[test]
    fn numbers_are_padded_as_java_writes_them() {
        for (number, padded) in [
            (&[0, 56][..], &[56][..]),
            (&[20], &[20]),
            (&[236], &[0, 236]),
            (&[0, 0, 200], &[0, 200]),
            (&[0x7f, 0xff], &[0x7f, 0xff]),
            (&[0x80, 0], &[0, 0x80, 0]),
            (&[0, 0], &[0]),
        ] {
            assert_eq!(pad(number), padded);
        }
    }

    /// RFC 5054 section 2.5.4: a client that sends a multiple of `N` could sign in without a password.
    #[test]
    fn zero_and_the_modulus_are_no_public_values() {
        let modulus = hex(Residue::MODULUS.as_ref().to_be_bytes().as_ref());
        let twice = (BigUint::parse_bytes(modulus.as_bytes(), 16).unwrap() * 2u8).to_str_radix(16);
        let above = "f".repeat(768);
        let long = format!("1{}", "0".repeat(768));
        let zeros = "0".repeat(771);
        for bad in ["", "0", "00", &modulus, &modulus.to_uppercase(), &twice, &above, &long] {
            assert!(Element::from_hex(bad).is_none(), "{bad}");
        }
        for bad in ["g", "-2", "+2", "0x2", " 2", "2 ", "٢", &zeros] {
            assert!(Element::from_hex(bad).is_none(), "{bad}");
        }
        let below = format!("{}e", &modulus[..767]);
        for good in ["1", "002", "F", &below] {
            let read = Element::from_hex(good).unwrap().to_hex();
            let digits = good.trim_start_matches('0').to_lowercase();
            assert_eq!(read.trim_start_matches('0'), digits);
        }
    }

    #[test]
    fn every_square_is_in_the_group() {
        for byte in [1, 0x7f, 0xff] {
            let square = Element::square_of(&[byte; BYTES]);
            assert!(Element::from_bytes(&square.to_bytes()).is_some());
        }
    }
}
