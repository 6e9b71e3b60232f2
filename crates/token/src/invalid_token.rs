//! Why a token is refused. The HTTP answer is 401 for every reason; the text of the reason helps the client that sent the token.

/// Why a token is refused. The texts are ASCII without quotes, so that they can stand in `WWW-Authenticate` (RFC 6750 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidToken {
    /// The token is longer than [`LONGEST_TOKEN`](crate::LONGEST_TOKEN).
    #[error("the token is too long")]
    TooLong,
    /// The text is not three parts of base64url.
    #[error("the token is not a signed JWT in compact form")]
    Malformed,
    /// The text is a refresh token, which only the token endpoint accepts (row T4g).
    #[error("a refresh token is not an access token")]
    RefreshToken,
    /// The header has no `alg`, has a member besides `alg`, `kid` and `typ`, has a member twice, or has an unknown `typ` or a value of another JSON type.
    #[error("the token header has a missing, unknown or invalid member")]
    Header,
    /// `alg` is not supported, or is not the algorithm of the key.
    #[error("the algorithm of the token does not match its key")]
    Algorithm,
    /// No trusted key has the `kid` of the token, or the token has no `kid`.
    #[error("no trusted key has the kid of the token")]
    UnknownKey,
    /// The key was trusted earlier and was replaced since.
    #[error("the key of the token is no longer trusted")]
    RetiredKey,
    /// The signature is not one of the key that the header names.
    #[error("the signature of the token is invalid")]
    Signature,
    /// An ID token was sent where an access token is expected, or the reverse.
    #[error("the token is not meant for this use")]
    WrongUse,
    /// `iss` is not the issuer that the key belongs to.
    #[error("the issuer of the token does not match its key")]
    WrongIssuer,
    /// `aud` or `client_id` is not one that is accepted here.
    #[error("the token is meant for another audience")]
    WrongAudience,
    /// `exp` has passed, by more than the leeway.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` is in the future, by more than the leeway.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The time from `iat` to `exp` is longer than allowed (row T4b).
    #[error("the lifetime of the token is longer than allowed")]
    LifetimeTooLong,
    /// A claim is missing, or its value is not one that the issuer would write.
    #[error("a claim of the token is missing or invalid")]
    Claims,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_can_be_sent_in_a_header() {
        for reason in [InvalidToken::Malformed, InvalidToken::WrongUse, InvalidToken::Claims] {
            let text = reason.to_string();
            assert!(text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{text}");
            assert!(!text.contains(['"', '\\']), "{text}");
        }
    }
}
