//! Which addresses can be registered, and which requests they accept.

use super::*;

fn registered(text: &str) -> RedirectUri {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> InvalidRedirectUri {
    text.parse::<RedirectUri>().expect_err(text)
}

/// G14, T7: an address is `https`, `http` to a loopback host, or has a private-use scheme (RFC 8252 §7).
#[test]
fn an_address_is_https_loopback_or_of_a_private_scheme() {
    for good in [
        "https://app.example/callback?kept=1",
        "https://app.example",
        "https://app.example:8443/",
        "https://[2001:db8::1]/cb",
        "https://xn--mnchen-3ya.example/cb",
        "https://app.example/a%20b",
        "http://localhost:3000/callback",
        "http://acme.localhost:8080/callback",
        "http://127.0.0.1/cb",
        "http://[::1]:8080/cb",
        "com.example.app:/oauth2redirect",
        "com.example.app:/oauth2redirect/example-provider?kept=1",
    ] {
        assert_eq!(registered(good).as_str(), good);
    }
    for scheme in ["javascript", "data", "file", "myapp", "blob", "ftp", "ws"] {
        for rest in [":/x", "://host/x"] {
            assert_eq!(
                refused(&format!("{scheme}{rest}")),
                InvalidRedirectUri::Scheme(scheme.to_owned()),
                "{scheme}{rest}"
            );
        }
    }
    for text in ["javascript:alert(1)", "data:text/html,x", "urn:example:a"] {
        assert!(matches!(refused(text), InvalidRedirectUri::Scheme(_)), "{text}");
    }
    for text in ["http://app.example/cb", "http://10.0.0.1/cb", "http://localhost.example/cb"] {
        assert_eq!(refused(text), InvalidRedirectUri::NotLoopback, "{text}");
    }
    for text in ["com.example.app://callback", "com.example.app:callback", "com.example.app:"] {
        assert!(matches!(refused(text), InvalidRedirectUri::HostOfPrivateScheme { .. }), "{text}");
    }
}

/// T7: an address that cannot stand in `Location`, or that clients would not send in the same bytes, is refused, and the error says how to write it.
#[test]
fn an_address_is_written_as_url_libraries_write_it() {
    for (text, canonical) in [
        ("https://münchen.example/cb", "https://xn--mnchen-3ya.example/cb"),
        ("https://rp.example/cb ", "https://rp.example/cb"),
        (" https://rp.example/cb", "https://rp.example/cb"),
        ("https://rp.example/c\nb", "https://rp.example/cb"),
        ("https://rp.example/a b", "https://rp.example/a%20b"),
        ("https://rp.example/käse", "https://rp.example/k%C3%A4se"),
        ("https://RP.example/cb", "https://rp.example/cb"),
        ("HTTPS://rp.example/cb", "https://rp.example/cb"),
        ("https://rp.example:443/cb", "https://rp.example/cb"),
        ("https://rp.example/a/../cb", "https://rp.example/cb"),
        ("https:rp.example/cb", "https://rp.example/cb"),
        ("https:\\\\rp.example\\cb", "https://rp.example/cb"),
        ("http://127.1/cb", "http://127.0.0.1/cb"),
        ("http://[0:0::1]/cb", "http://[::1]/cb"),
    ] {
        let error = refused(text);
        assert_eq!(error, InvalidRedirectUri::NotCanonical(canonical.to_owned()), "{text}");
        assert!(error.to_string().contains(&format!("hint: write it as `{canonical}`")));
    }
    for (text, why) in [
        ("", InvalidRedirectUri::Empty),
        ("/callback", InvalidRedirectUri::NotAbsolute),
        ("app.example/callback", InvalidRedirectUri::NotAbsolute),
        ("https://", InvalidRedirectUri::NotAbsolute),
        ("https://a@rp.example/", InvalidRedirectUri::UserInfo),
        ("https://a:b@rp.example/", InvalidRedirectUri::UserInfo),
        ("https://rp.example/cb#x", InvalidRedirectUri::Fragment),
        ("https://rp.example/cb#", InvalidRedirectUri::Fragment),
        ("https://*.rp.example/cb", InvalidRedirectUri::Wildcard),
        ("https://a;script-src/", InvalidRedirectUri::Host),
        ("https://a'unsafe-inline'/", InvalidRedirectUri::Host),
        ("https://rp.example/cb?a={b}", InvalidRedirectUri::Character),
        ("https://rp.example/cb?a=100%", InvalidRedirectUri::Character),
        ("https://rp.example/[cb]", InvalidRedirectUri::Character),
    ] {
        assert_eq!(refused(text), why, "{text}");
    }
    let long = |bytes: usize| format!("https://rp.example/{}", "a".repeat(bytes - 19));
    assert_eq!(registered(&long(LONGEST)).as_str().len(), LONGEST);
    assert_eq!(refused(&long(LONGEST + 1)), InvalidRedirectUri::TooLong);
}

/// T7: a loopback IP literal accepts every port and no other difference (RFC 8252 §7.3).
#[test]
fn a_loopback_literal_accepts_every_port() {
    for (uri, sent) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://127.0.0.1:8080/cb?a=1", "http://127.0.0.1:1/cb?a=1"),
        ("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1", "http://127.0.0.1:65535"),
        ("http://[::1]/cb", "http://[::1]:51004/cb"),
    ] {
        assert!(registered(uri).accepts(sent) && registered(uri).accepts(uri), "{uri} {sent}");
    }
    for (uri, sent) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb/"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/CB"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?a=1"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb#a"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:080/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:+80/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.2/cb"),
        ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb"),
        ("http://127.0.0.1/cb", "http://[::1]:51004/cb"),
        ("http://127.0.0.1/cb", "http://localhost:51004/cb"),
        ("http://[::1]/cb", "http://[::1]evil.example/cb"),
        ("http://[::1]/cb", "http://[::1"),
        ("http://localhost/cb", "http://localhost:51004/cb"),
        ("https://app.example/cb", "https://app.example:8443/cb"),
        ("https://127.0.0.1/cb", "https://127.0.0.1:8443/cb"),
        ("com.example.app:/cb", "com.example.app:8080/cb"),
    ] {
        assert!(!registered(uri).accepts(sent), "{uri} {sent}");
    }
}

/// T7: the policy allows a form to lead back to the application and nowhere else.
#[test]
fn a_policy_names_where_a_form_may_lead() {
    for (uri, sent, source) in [
        (
            "https://app.example:8443/bye?x=1",
            "https://app.example:8443/bye?x=1",
            "https://app.example:8443",
        ),
        ("http://127.0.0.1/bye", "http://127.0.0.1:51004/bye", "http://127.0.0.1:51004"),
        ("http://[::1]/bye", "http://[::1]:51004/bye", "http:"),
        ("com.example.app:/bye", "com.example.app:/bye", "com.example.app:"),
    ] {
        assert_eq!(registered(uri).policy_source(sent).as_deref(), Some(source), "{sent}");
    }
    assert_eq!(registered("https://app.example/").policy_source("https://evil.example/"), None);
}
