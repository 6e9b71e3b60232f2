//! Why a key, or a set of keys, is not trusted.

/// Why a key is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwk {
    /// The text is not a JSON object with the members of a key, or a member occurs twice.
    #[error("not a JSON Web Key (RFC 7517)")]
    NotAJwk,
    /// The key has no `kid`, or an invalid one.
    #[error("`kid` is missing or is not 1 to 256 visible ASCII characters")]
    KeyId,
    /// The JWK contains a private or symmetric key. Because it was published, the key is no longer secret.
    #[error("the JWK contains private key material")]
    Secret,
    /// `use` or `key_ops` name another purpose than verifying signatures.
    #[error("`use` or `key_ops` does not allow verifying signatures")]
    Use,
    /// `kty`, `crv` and `alg` are not those of RS256 or ES256, or contradict each other.
    #[error("`kty`, `crv` and `alg` are not those of RS256 or ES256")]
    Algorithm,
    /// A parameter is missing, is not canonical base64url, has leading zeros, or has the wrong length.
    #[error("a key parameter is missing, not canonical base64url or of the wrong length")]
    Encoding,
    /// The RSA modulus has too few or too many bits, or is even.
    #[error("invalid RSA modulus: expected an odd number of 2048 to 8192 bits")]
    Size,
    /// The RSA exponent is too small, too large or even.
    #[error("invalid RSA exponent: expected an odd number from 65537 to 2^32 - 1")]
    Exponent,
    /// The RSA modulus can be factored (CVE-2017-15361), or has a small factor.
    #[error("the RSA key is known to be weak")]
    Weak,
    /// The coordinates are not a point on P-256.
    #[error("the point is not on the curve P-256")]
    Point,
}

/// Why a set of keys is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwkSet {
    /// The text is not a JSON object with a list of keys.
    #[error("not a JSON Web Key Set (RFC 7517 section 5)")]
    NotAJwkSet,
    /// The document is longer than 128 KiB, or the set has more than 64 keys.
    #[error("the key set is longer than 128 KiB or has more than 64 keys")]
    TooLong,
    /// Two keys of the set have the same `kid`.
    #[error("two keys have the same `kid`")]
    Duplicate,
    /// One key of the set is invalid, so the whole set is refused.
    #[error("a key of the set is invalid")]
    Key(#[source] InvalidJwk),
}
