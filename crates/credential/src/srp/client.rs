//! An SRP client for the tests: the algorithm of `amazon-cognito-identity-js`, step by step.
//!
//! The client uses another big-number library and shares no code with the server.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::{BigInt, Sign};
use sha2::{Digest, Sha256};

use super::Challenge;

const N: &str = "\
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
    4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05\
    98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33\
    a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864\
    d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";

/// A client that knows the name of its pool and has chosen its secret number `a`.
pub(super) struct Client {
    pool_name: &'static str,
    a: BigInt,
}

impl Client {
    pub(super) fn new(pool_name: &'static str, a: &str) -> Self {
        Self { pool_name, a: number(a) }
    }

    /// The modulus `N` in hexadecimal digits, to send it in place of `SRP_A`.
    pub(super) fn modulus() -> String {
        number(N).to_str_radix(16)
    }

    /// The client's public value `SRP_A`.
    pub(super) fn srp_a(&self) -> String {
        BigInt::from(2).modpow(&self.a, &number(N)).to_str_radix(16)
    }

    /// Computes the shared key from a challenge and a password.
    #[expect(clippy::many_single_char_names, reason = "the letters of RFC 5054")]
    pub(super) fn key(&self, challenge: &Challenge, password: &str) -> Vec<u8> {
        let (n, g) = (number(N), BigInt::from(2));
        let (b, salt) = (number(&challenge.srp_b), number(&challenge.salt));
        let k = hash_of(&[pad(&n), pad(&g)]);
        let u = hash_of(&[pad(&number(&self.srp_a())), pad(&b)]);
        let name = format!("{}{}:{password}", self.pool_name, challenge.user_id);
        let x = hash_of(&[pad(&salt), Sha256::digest(name).to_vec()]);
        let base: BigInt = b - k * g.modpow(&x, &n);
        let s = base.modpow(&(&self.a + &u * x), &n);
        let extracted = hmac(&pad(&u), &[&pad(&s)]);
        hmac(&extracted, &[b"Caldera Derived Key", &[1]])[..16].to_vec()
    }

    /// The client's proof `PASSWORD_CLAIM_SIGNATURE`.
    pub(super) fn signature(
        &self,
        challenge: &Challenge,
        password: &str,
        timestamp: &str,
    ) -> String {
        let block = STANDARD.decode(&challenge.secret_block).unwrap();
        let parts =
            [self.pool_name.as_bytes(), challenge.user_id.as_bytes(), &block, timestamp.as_bytes()];
        STANDARD.encode(hmac(&self.key(challenge, password), &parts))
    }
}

fn number(digits: &str) -> BigInt {
    BigInt::parse_bytes(digits.as_bytes(), 16).unwrap()
}

/// Java's `toByteArray`, which the library imitates.
fn pad(number: &BigInt) -> Vec<u8> {
    number.to_signed_bytes_be()
}

fn hash_of(parts: &[Vec<u8>]) -> BigInt {
    BigInt::from_bytes_be(Sign::Plus, &Sha256::digest(parts.concat()))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().fold(mac, Mac::chain_update).finalize().into_bytes().to_vec()
}
