//! Why a token is refused. Outside all of them are one 401; the reason is for the person who holds the token.

/// Why a token is refused. The texts are ASCII without quotes, so that they can stand in `WWW-Authenticate` (RFC 6750 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// It is longer than any token of ours.
    #[error("the token is too long")]
    TooLong,
    /// It is not three parts of base64url.
    #[error("the text is no signed token")]
    Malformed,
    /// It is a refresh token, which is for the token endpoint alone (row T4g).
    #[error("a refresh token is no access token")]
    RefreshToken,
    /// The header says something besides `alg`, `kid` and `typ`, says it twice, or says it of another type.
    #[error("the header of the token is not allowed")]
    Header,
    /// `alg` is none of ours, or not that of the key.
    #[error("the algorithm of the token is not that of its key")]
    Algorithm,
    /// No key of that name is trusted, or the token names none.
    #[error("no trusted key has the id that the token names")]
    UnknownKey,
    /// The key was trusted once.
    #[error("the key of the token is no longer trusted")]
    RetiredKey,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// An ID token where an access token is wanted, or the reverse.
    #[error("the token is not meant for this use")]
    WrongUse,
    /// The issuer it names is not the one whose key signed it.
    #[error("the issuer of the token is not that of its key")]
    WrongIssuer,
    /// It is meant for somebody else.
    #[error("the token is meant for another audience")]
    WrongAudience,
    /// It is over.
    #[error("the token has expired")]
    Expired,
    /// It is not valid yet, or was issued in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It would live longer than is allowed (row T4b).
    #[error("the token lives longer than is allowed")]
    LivesTooLong,
    /// A claim is missing, or is none that we would have written.
    #[error("the claims of the token are not whole")]
    Claims,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_can_stand_in_a_header() {
        for reason in [Refused::Malformed, Refused::WrongUse, Refused::Claims] {
            let text = reason.to_string();
            assert!(text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{text}");
            assert!(!text.contains(['"', '\\']), "{text}");
        }
    }
}
