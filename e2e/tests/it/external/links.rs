//! A command links a subject to an account, and invalid configuration is refused at start.

use api_types::paths;
use domain::Role;
use e2e::{Company, Finished, Stack};

use super::{TrustingCompany, UNLINKED, accepted, issuer::Issuer, refused_for};

/// T11: a link can be created, listed and removed. Creating it again changes nothing.
#[tokio::test]
async fn a_link_is_created_listed_and_removed() {
    let trusting = TrustingCompany::a_pool().await;
    let config = Stack::get().await.server_config();
    let (url, slug) = (trusting.issuer.url(), trusting.company.slug.as_str());
    let command = async |verb: &str, more: &[&str]| -> Finished {
        let who = ["--company", slug, "--issuer", &url, "--subject", "2f6c"];
        let all = ["external", verb].into_iter().chain(who).chain(more.iter().copied());
        config.run(&all.collect::<Vec<_>>()).await
    };
    let [admin, manager] =
        [Role::HrAdmin, Role::Manager].map(|role| trusting.company.email_of(role));
    for _ in 0..2 {
        command("link", &["--account", &admin]).await.succeeded();
    }
    for (address, why) in [
        (manager.as_str(), "another account"),
        ("nobody@nowhere.example", "no account with that address"),
    ] {
        let Finished { code, stderr, .. } = command("link", &["--account", address]).await;
        assert_eq!(code, Some(1));
        assert!(stderr.contains(why) && stderr.contains("hint: "), "{stderr}");
    }
    accepted(&trusting.get(paths::EMPLOYEES, &trusting.issuer.token("2f6c")).await);
    let said = config.run(&["external", "list", "--company", slug]).await.succeeded();
    assert!(said.starts_with(&format!("{url}\t2f6c\t")) && said.lines().count() == 1, "{said}");
    command("unlink", &[]).await.succeeded();
    assert_eq!(command("unlink", &[]).await.code, Some(1));
    refused_for(&trusting.get(paths::EMPLOYEES, &trusting.issuer.token("2f6c")).await, UNLINKED);
}

/// T11, O6: `serve` refuses to start if an issuer's company does not exist, if two companies trust the same issuer, or if an entry is invalid.
#[tokio::test]
async fn invalid_issuers_are_refused_at_start() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (issuer, members) = (Issuer::start(), r#""clients":["app"]"#);
    let [one, two] = [&acme, &betaco].map(|company| issuer.configured(company, members));
    let unknown = one.replace(acme.slug.as_str(), "no-such-company");
    for (configured, word) in [
        ("nothing".to_owned(), "expected"),
        (format!("[{unknown}]"), "no-such-company"),
        (format!("[{one},{two}]"), "two external issuers"),
        (format!("[{}]", one.replace("127.0.0.1", "issuer.example")), "is not safe"),
        (format!("[{}]", issuer.configured(&acme, r#""max_token_minutes":30"#)), "exactly one of"),
    ] {
        let config = stack.server_config().with("WATERTIGHT_EXTERNAL_ISSUERS", &configured);
        let Finished { code, stderr, .. } = config.run(&["serve"]).await;
        assert_eq!(code, Some(1), "{configured}: {stderr}");
        for word in ["WATERTIGHT_EXTERNAL_ISSUERS", "hint: ", word] {
            assert!(stderr.contains(word), "`{word}` in {stderr}");
        }
    }
}
