//! Why a key, or a set of keys, is not trusted.

/// Why a key is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectedKey {
    /// It is no JSON object with the members of a key, or one of them comes twice.
    #[error("it is no JSON Web Key (RFC 7517)")]
    NoJwk,
    /// It names itself with no id, or with an odd one.
    #[error("it has no `kid` of visible characters")]
    KeyId,
    /// It holds a private or a secret member: whoever published it has no secret any more.
    #[error("it holds a secret, so it is none any more")]
    Secret,
    /// Its `use` or `key_ops` say that it is for something else than verifying.
    #[error("it is not for verifying signatures")]
    Use,
    /// Its `kty`, `crv` and `alg` are not those of RS256 or ES256, or do not go together.
    #[error("it is of no algorithm that is allowed here")]
    Algorithm,
    /// A number in it is no base64url in its shortest spelling, or is of another length.
    #[error("a number in it is not well spelled")]
    Encoding,
    /// It has too few or too many bits.
    #[error("an RSA key has 2048 to 8192 bits")]
    Size,
    /// Its exponent is too small, too large or even.
    #[error("the exponent of an RSA key is odd, from 65537 to 2^32")]
    Exponent,
    /// It can be factored (CVE-2017-15361), or has a small factor.
    #[error("it is known to be weak")]
    Weak,
    /// It is no point of the curve.
    #[error("it is no point of the curve")]
    Point,
}

/// Why a set of keys is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectedSet {
    /// It is no JSON object with a list of keys.
    #[error("it is no set of keys (RFC 7517 section 5)")]
    NoSet,
    /// It is longer than any that we would read.
    #[error("it is too long, or holds too many keys")]
    TooLong,
    /// Two of its keys have the same name.
    #[error("two keys have the same `kid`")]
    Duplicate,
    /// One of its keys is not trusted, so none is.
    #[error("a key in it is refused")]
    Key(#[source] RejectedKey),
}
