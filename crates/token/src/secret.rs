//! Comparison of secrets in constant time.

/// Whether two secrets are equal. The time that it takes reveals only whether their lengths are equal.
pub fn is_same_secret(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_secrets_compare_equal() {
        assert!(is_same_secret(b"", b""));
        assert!(is_same_secret(b"secret", b"secret"));
        for other in [&b"secreT"[..], b"Secret", b"secre", b"secrets", b""] {
            assert!(!is_same_secret(b"secret", other));
        }
    }
}
