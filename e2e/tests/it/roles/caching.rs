//! P8: ETags. An ETag of another role, user or company never matches.

use api_types::paths;
use domain::Role;
use e2e::{Actor, Company, Stack};
use reqwest::Method;

/// The paths of bodies that have an ETag. Every role may see this employee.
fn bodies(acme: &Company) -> [String; 4] {
    [
        paths::EMPLOYEES.to_owned(),
        format!("{}?sort=-number&limit=7", paths::EMPLOYEES),
        paths::DEPARTMENTS.to_owned(),
        paths::employee(acme.roster.employee()),
    ]
}

/// The status of a request with this ETag in `If-None-Match`.
async fn status_if_none_match(actor: &Actor, path: &str, etag: &str) -> u16 {
    let reply = actor.get(path).header("if-none-match", etag).send().await;
    assert!(reply.status != 304 || reply.body.is_empty(), "a 304 has no body");
    reply.status
}

/// P8: a user's own ETag matches, also as a weak one and in a list. An ETag that the user never received does not match, and neither does `*`.
#[tokio::test]
async fn the_own_etag_of_a_user_matches() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for path in bodies(&acme) {
        let reply = admin.get(&path).expect(200).await;
        let etag = reply.etag();
        assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 18, "{etag}");
        for right in
            [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), format!("{etag},\"y\"")]
        {
            let again = admin.get(&path).header("if-none-match", &right).expect(304).await;
            assert!(
                again.body.is_empty()
                    && again.etag() == etag
                    && again.header("cache-control") == Some("no-store")
            );
        }
        for wrong in ["\"x\"", "*", "", "\"\"", &etag[..12], &etag.to_uppercase(), "W/"] {
            assert_eq!(status_if_none_match(&admin, &path, wrong).await, 200, "{wrong}");
        }
    }
}

/// P8: the four roles of a company have different ETags for the same path, and no role's ETag matches for another, in either order and in every encoding.
#[tokio::test]
async fn the_etag_of_another_role_does_not_match() {
    let acme = Company::fresh(Stack::get().await).await;
    let mut actors = Vec::new();
    for role in Role::ALL {
        actors.push(acme.actor(role).await);
    }
    for path in bodies(&acme) {
        let mut etags = Vec::new();
        for actor in &actors {
            for encoding in ["identity", "gzip", "br"] {
                etags.push((
                    actor.session.clone(),
                    actor.get(&path).accepting(encoding).expect(200).await.etag(),
                ));
            }
        }
        for actor in &actors {
            for (whose, etag) in etags.iter().filter(|(whose, _)| *whose != actor.session) {
                assert_eq!(
                    status_if_none_match(actor, &path, etag).await,
                    200,
                    "{path}: {etag} of {whose:?}"
                );
            }
        }
    }
}

/// P8, I10: the ETag of the same role at another company does not match, even if all ids are the same.
#[tokio::test]
async fn the_etag_of_another_tenant_does_not_match() {
    let [acme, betaco] = Company::twins(Stack::get().await).await;
    for role in Role::ALL {
        let (ours, theirs) = (acme.actor(role).await, betaco.actor(role).await);
        for path in bodies(&acme) {
            let etag = theirs.get(&path).expect(200).await.etag();
            assert_eq!(status_if_none_match(&ours, &path, &etag).await, 200, "{role:?} {path}");
            let own = ours.get(&path).expect(200).await.etag();
            assert_ne!(own, etag);
            assert_eq!(status_if_none_match(&theirs, &path, &own).await, 200, "{role:?} {path}");
        }
    }
}

/// P8: two sessions of one user share an ETag, and users of different roles do not.
#[tokio::test]
async fn users_share_an_etag_only_if_they_see_the_same() {
    let acme = Company::fresh(Stack::get().await).await;
    let (one, again) = (acme.manager().await, acme.manager().await);
    let (employee, admin) = (acme.employee().await, acme.hr_admin().await);
    let etag = async |actor: &Actor| actor.get(paths::EMPLOYEES).expect(200).await.etag();
    assert_eq!(etag(&one).await, etag(&again).await, "the same user signed in twice");
    assert_ne!(etag(&one).await, etag(&employee).await);
    assert_ne!(etag(&one).await, etag(&admin).await);
}

/// P8: HEAD returns the headers of GET without a body, for every role.
#[tokio::test]
async fn head_returns_the_headers_of_get() {
    let acme = Company::fresh(Stack::get().await).await;
    for role in Role::ALL {
        let actor = acme.actor(role).await;
        for path in bodies(&acme) {
            for encoding in ["identity", "gzip", "br"] {
                let get = actor.get(&path).accepting(encoding).expect(200).await;
                let head = actor.request(Method::HEAD, &path).accepting(encoding).expect(200).await;
                assert!(head.body.is_empty());
                for header in ["etag", "content-type", "content-encoding", "cache-control", "vary"]
                {
                    assert_eq!(
                        head.header(header),
                        get.header(header),
                        "{role:?} {path} {encoding}: {header}"
                    );
                }
                let same = actor
                    .request(Method::HEAD, &path)
                    .accepting(encoding)
                    .header("if-none-match", &get.etag());
                same.expect(304).await;
            }
        }
    }
}
