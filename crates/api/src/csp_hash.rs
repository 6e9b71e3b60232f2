//! The source of a content security policy that allows one inline script or style (CSP Level 3 §2.3.1).

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The source that allows an inline script or style with exactly this text.
pub(crate) fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
