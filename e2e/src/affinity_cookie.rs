//! The two cookies that the load balancer adds.

/// The names of the cookies: for requests of the same site, and for those of other sites too.
pub const AFFINITY_COOKIES: [&str; 2] = ["AWSALB", "AWSALBCORS"];

/// Whether a `Set-Cookie` header is one of the two, with exactly its attributes.
pub(crate) fn is_affinity_cookie(header: &str) -> bool {
    let Some((pair, attributes)) = header.split_once("; ") else { return false };
    let Some((name, value)) = pair.split_once('=') else { return false };
    let expected = match AFFINITY_COOKIES.iter().position(|known| *known == name) {
        Some(0) => "path=/",
        Some(_) => "path=/; SameSite=None; Secure",
        None => return false,
    };
    let is_opaque = value.len() == 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_opaque && attributes == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_cookies_of_the_load_balancer_are_affinity_cookies() {
        for good in [
            "AWSALB=87c338d86bed5dba; path=/",
            "AWSALBCORS=87c338d86bed5dba; path=/; SameSite=None; Secure",
        ] {
            assert!(is_affinity_cookie(good), "{good}");
        }
        for odd in [
            "",
            "AWSALB=87c338d86bed5dba",
            "AWSALB=a; path=/",
            "AWSALB=87c338d86bed5dba; path=/; SameSite=None; Secure",
            "AWSALBCORS=87c338d86bed5dba; path=/",
            "__Host-session=87c338d86bed5dba; path=/",
        ] {
            assert!(!is_affinity_cookie(odd), "{odd}");
        }
    }
}
