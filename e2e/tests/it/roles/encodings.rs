//! P8: every encoding of a body decodes to the same body, which is the viewer's own.

use api_types::paths;
use domain::Role;
use e2e::{Company, Stack};

/// P8: for every role, brotli, gzip and identity decode to the same bytes. Larger bodies are smaller when compressed, and each encoding has its own ETag.
#[tokio::test]
async fn every_encoding_decodes_to_the_same_body() {
    let acme = Company::of_size(Stack::get().await, 120).await;
    for role in Role::ALL {
        let actor = acme.actor(role).await;
        for path in [
            format!("{}?limit=100", paths::EMPLOYEES),
            paths::DEPARTMENTS.to_owned(),
            paths::employee(acme.roster.employee()),
        ] {
            let plain = actor.get(&path).accepting("identity").expect(200).await;
            let gzip = actor.get(&path).accepting("gzip").expect(200).await;
            let brotli = actor.get(&path).accepting("br").expect(200).await;
            assert_eq!(plain.header("content-encoding"), None);
            assert!(plain.body == gzip.body && plain.body == brotli.body, "{role:?} {path}");
            if plain.body.len() > 2_000 {
                assert_eq!(
                    (gzip.header("content-encoding"), brotli.header("content-encoding")),
                    (Some("gzip"), Some("br"))
                );
                assert!(
                    brotli.sent_bytes < plain.sent_bytes && gzip.sent_bytes < plain.sent_bytes,
                    "{role:?} {path}"
                );
                assert!(
                    plain.etag() != gzip.etag() && gzip.etag() != brotli.etag(),
                    "a strong validator names bytes (RFC 9110 §8.8.1)"
                );
            }
        }
    }
}

/// An encoding is sent only if the client accepts it.
#[tokio::test]
async fn an_encoding_is_sent_only_if_it_is_accepted() {
    let acme = Company::of_size(Stack::get().await, 120).await;
    let admin = acme.hr_admin().await;
    for (accepted, sent) in [
        ("br;q=0, gzip", Some("gzip")),
        ("gzip;q=0, br", Some("br")),
        ("br;q=0, gzip;q=0", None),
        ("br;q=0.000, identity", None),
        ("BR", Some("br")),
        ("zstd", None),
        ("deflate, gzip;q=0.5", Some("gzip")),
        ("", None),
        ("brotli", None),
        ("nonsense;;;=,,", None),
    ] {
        let reply = admin
            .get(&format!("{}?limit=100", paths::EMPLOYEES))
            .accepting(accepted)
            .expect(200)
            .await;
        assert_eq!(reply.header("content-encoding"), sent, "{accepted}");
    }
    assert_eq!(
        admin.get(paths::EMPLOYEES).expect(200).await.header("content-encoding"),
        None,
        "without `Accept-Encoding` the body is not compressed"
    );
}
