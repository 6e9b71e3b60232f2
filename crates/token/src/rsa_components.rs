//! Checks of an RSA public key before it is trusted: its length, its encoding, and that it is not known to be weak.

use crate::invalid_jwk::InvalidJwk;

/// The fewest bits of an accepted modulus (row T4a).
const SHORTEST: usize = 2048;
/// The most bits of an accepted modulus. Longer keys only cost the verifier time.
const LONGEST: usize = 8192;

/// Checks that the modulus is odd, has 2048 to 8192 bits and no leading zeros, has no small factor, and was not made by the library of CVE-2017-15361.
pub(crate) fn check_modulus(n: &[u8]) -> Result<(), InvalidJwk> {
    let (Some(first), Some(last)) = (n.first(), n.last()) else {
        return Err(InvalidJwk::Encoding);
    };
    if *first == 0 {
        return Err(InvalidJwk::Encoding);
    }
    let bits = n.len() * 8 - first.leading_zeros() as usize;
    if !(SHORTEST..=LONGEST).contains(&bits) || last % 2 == 0 {
        return Err(InvalidJwk::Size);
    }
    let remainders = PRIMES.map(|prime| (prime, remainder(n, prime)));
    if remainders.iter().any(|(_, remainder)| *remainder == 0) {
        return Err(InvalidJwk::Weak);
    }
    if remainders.iter().all(|(prime, remainder)| is_power_of_65537(*remainder, *prime)) {
        return Err(InvalidJwk::Weak);
    }
    Ok(())
}

/// Checks that the exponent is odd and from 65537 to less than 2³². With 1, any client could forge signatures; for 3, attacks are known.
pub(crate) fn check_exponent(e: &[u8]) -> Result<(), InvalidJwk> {
    if e.first().is_none_or(|first| *first == 0) {
        return Err(InvalidJwk::Encoding);
    }
    if e.len() > 4 {
        return Err(InvalidJwk::Exponent);
    }
    let exponent = e.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    if exponent < 65537 || exponent % 2 == 0 {
        return Err(InvalidJwk::Exponent);
    }
    Ok(())
}

/// The odd primes up to 167. A modulus of CVE-2017-15361 (ROCA) is a power of 65537 modulo each of them. For another modulus the probability of that is 2⁻²⁷.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

fn remainder(n: &[u8], prime: u32) -> u32 {
    n.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime)
}

fn is_power_of_65537(value: u32, prime: u32) -> bool {
    let powers = std::iter::successors(Some(1), |power| Some(power * (65537 % prime) % prime));
    powers.take(prime as usize).any(|power| power == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_exponents_are_refused() {
        for odd in [&[][..], &[0], &[1], &[3], &[17], &[1, 0, 0], &[0, 1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert!(check_exponent(odd).is_err(), "{odd:?}");
        }
        assert_eq!(check_exponent(&[1, 0, 1]), Ok(()));
    }

    /// T4a: a modulus is refused if it has fewer than 2048 bits, too many bits, is even, has leading zeros or is weak.
    #[test]
    fn invalid_moduli_are_refused() {
        let mut n = [0xff; 256];
        n[255] = 0xfe;
        for (odd, reason) in [
            (&[][..], InvalidJwk::Encoding),
            (&[0; 256], InvalidJwk::Encoding),
            (&[0x7f; 256], InvalidJwk::Size),
            (&[0xff; 128], InvalidJwk::Size),
            (&[0xff; 1025], InvalidJwk::Size),
            (&n, InvalidJwk::Size),
            (&[0xff; 256], InvalidJwk::Weak),
        ] {
            assert_eq!(check_modulus(odd), Err(reason));
        }
    }
}
