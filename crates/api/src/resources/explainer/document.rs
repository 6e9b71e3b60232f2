//! The HTML documents of the routes that a browser opens directly. Each has one style sheet and at most one script, which its policy names by their hashes.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};

use crate::csp_hash::csp_hash;

const STYLE: &str = "body{margin:10vh auto;max-width:40rem;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark}\
h1{font-size:1.5rem;line-height:1.2}table{border-collapse:collapse;width:100%}th,td{padding:.5rem 0;text-align:start;border-bottom:1px solid #8884}\
button,.button{font:inherit;padding:.5rem 1rem;border:1px solid #8888;border-radius:6px;background:none;color:inherit;text-decoration:none;cursor:pointer}\
form{margin:1rem 0}code{overflow-wrap:anywhere}";

/// A document. All received text in `main` has been escaped by the caller.
pub(super) struct Document<'a> {
    /// The title, and the heading of the page.
    pub(super) title: &'a str,
    /// The HTML after the heading.
    pub(super) main: &'a str,
    /// The script, if there is one.
    pub(super) script: Option<&'a str>,
    /// Where forms of the document may be sent; empty if it has none.
    pub(super) form_target: &'a str,
}

impl Document<'_> {
    /// The document as a response that no browser keeps.
    pub(super) fn respond(&self, status: StatusCode) -> HttpResponse {
        let Self { title, main, script, .. } = self;
        let script = script.map(|script| format!("<script>{script}</script>")).unwrap_or_default();
        HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_SECURITY_POLICY, self.policy()))
            .body(format!(
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
                 <title>{title}</title><style>{STYLE}</style><main><h1>{title}</h1>{main}</main>{script}</html>"
            ))
    }

    fn policy(&self) -> String {
        let script = self.script.map_or_else(|| "'none'".to_owned(), csp_hash);
        let target = if self.form_target.is_empty() { "'none'" } else { self.form_target };
        format!(
            "default-src 'none'; style-src {}; script-src {script}; form-action {target}; base-uri 'none'; frame-ancestors 'none'",
            csp_hash(STYLE)
        )
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    /// C9: the policy allows the document's own script and no other, and forms to its own target only.
    #[test]
    fn the_policy_names_the_script_and_the_target() {
        let document =
            |script, form_target| Document { title: "", main: "", script, form_target }.policy();
        let none = document(None, "");
        assert!(none.contains("script-src 'none'; form-action 'none';"), "{none}");
        let some = document(Some("alert(1)"), "http://acme.localhost:8080");
        let hash = STANDARD.encode(Sha256::digest("alert(1)"));
        assert!(some.contains(&format!("script-src 'sha256-{hash}';")), "{some}");
        assert!(some.contains("form-action http://acme.localhost:8080;"), "{some}");
        assert!(!some.contains("unsafe"), "{some}");
    }
}
