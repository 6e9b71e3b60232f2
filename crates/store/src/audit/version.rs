//! The oldest accepted releases of PostgreSQL: older ones have known vulnerabilities in row-level security.

use super::Finding;

/// For each major release, the first minor release without the known vulnerabilities. Newer major releases are accepted.
const FLOOR: [(u32, u32); 4] = [(15, 20), (16, 16), (17, 12), (18, 7)];

/// Whether the catalog has the columns that the audit queries; `number` is `server_version_num`, 170012 for 17.12.
pub(super) fn is_supported(number: u32) -> bool {
    number / 10_000 >= FLOOR[0].0
}

/// Whether the release is older than the first accepted one of its major release.
pub(super) fn is_below_floor(number: u32) -> bool {
    let (major, minor) = (number / 10_000, number % 10_000);
    !is_supported(number) || FLOOR.iter().any(|(of, floor)| *of == major && minor < *floor)
}

pub(super) fn finding(number: u32) -> Finding {
    let (major, minor) = (number / 10_000, number % 10_000);
    Finding {
        what: format!("postgresql {major}.{minor} has known vulnerabilities in row-level security"),
        hint: "upgrade to 15.20, 16.16, 17.12, 18.7 or later",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minor_release_below_the_floor_is_refused() {
        for (number, refused) in [
            (90_624, true),
            (140_021, true),
            (150_019, true),
            (150_020, false),
            (160_015, true),
            (160_016, false),
            (170_011, true),
            (170_012, false),
            (180_006, true),
            (180_007, false),
            (190_000, false),
        ] {
            assert_eq!(is_below_floor(number), refused, "{number}");
        }
        assert!(
            finding(170_011).to_string().starts_with("postgresql 17.11 has known vulnerabilities")
        );
    }
}
