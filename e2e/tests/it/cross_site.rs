//! C8: a request that changes something must come from the company's own page, or from a client that is not a browser.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Request, Stack};
use reqwest::Method;

/// Requests from other places than the company's own page: where each comes from, and the headers that a browser adds to it.
fn cross_site_headers(
    own: &Actor,
    sibling: &Actor,
) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let site = |value: &str| ("sec-fetch-site", value.to_owned());
    let origin = |value: &str| ("origin", value.to_owned());
    vec![
        (
            "a form on another site",
            vec![
                site("cross-site"),
                ("sec-fetch-mode", "navigate".to_owned()),
                origin("https://evil.example"),
            ],
        ),
        (
            "fetch from another site",
            vec![
                site("cross-site"),
                ("sec-fetch-mode", "cors".to_owned()),
                origin("https://evil.example"),
            ],
        ),
        ("a page of a sibling company", vec![site("same-site"), origin(&sibling.origin())]),
        ("a sandboxed frame", vec![site("cross-site"), origin("null")]),
        ("an older browser on another site", vec![origin("https://evil.example")]),
        ("an older browser at a sibling company", vec![origin(&sibling.origin())]),
        ("an older browser in a sandboxed frame", vec![origin("null")]),
        ("the same name over TLS", vec![origin(&own.origin().replace("http:", "https:"))]),
        ("the same name on another port", vec![origin(&own.origin().replace(":8080", ":8081"))]),
        ("a name with the same beginning", vec![origin(&format!("{}.evil.example", own.origin()))]),
        ("the bare host", vec![origin("http://localhost:8080")]),
        ("an empty `Sec-Fetch-Site`", vec![site("")]),
        ("two origins", vec![origin(&own.origin()), origin("https://evil.example")]),
        ("two sites", vec![site("same-origin"), site("cross-site")]),
        ("a referrer of the own origin", vec![site("cross-site"), ("referer", own.origin())]),
    ]
}

fn with(request: Request, headers: &[(&'static str, String)]) -> Request {
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

/// C8: signing out is refused from everywhere except the company's own page, and the session stays valid.
#[tokio::test]
async fn another_site_cannot_sign_a_user_out() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for (whence, headers) in cross_site_headers(&admin, &betaco.visitor()) {
        let reply = with(admin.request(Method::DELETE, paths::SESSION), &headers).send().await;
        assert_eq!(reply.status, 403, "{whence}");
        reply.problem(Code::CrossSiteRequest);
        assert_eq!(reply.set_cookies(), [], "{whence}");
    }
    admin.get(paths::SESSION).expect(200).await;
}

/// C8: signing in counts as a change: another site must not sign its visitor in to an account that it chooses.
#[tokio::test]
async fn another_site_cannot_sign_a_user_in() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let visitor = acme.visitor();
    for (whence, headers) in cross_site_headers(&visitor, &betaco.visitor()) {
        let reply =
            with(visitor.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD), &headers).send().await;
        assert_eq!(reply.status, 403, "{whence}");
        assert_eq!(reply.set_cookies(), [], "{whence}");
        reply.problem(Code::CrossSiteRequest);
    }
}

/// G11: an `Authorization` header does not switch this rule off unless a token binds the request. Every described operation that changes something refuses
/// the other site's page or the header itself.
#[tokio::test]
async fn an_authorization_header_does_not_let_another_site_in() {
    let acme = Company::fresh(Stack::get().await).await;
    let visitor = acme.visitor();
    for header in ["x", "Basic YTpi", "Bearer", "Bearer a.b.c"] {
        let sign_in = visitor.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD);
        let sign_in = sign_in.header("authorization", header);
        let reply = sign_in.header("sec-fetch-site", "cross-site").expect(403).await;
        reply.problem(Code::CrossSiteRequest);
        assert_eq!(reply.set_cookies(), [], "{header}");
    }
    let admin = acme.hr_admin().await;
    let document: serde_json::Value = admin.get(paths::OPENAPI).expect(200).await.json();
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let described = operations.get(method.as_str().to_lowercase()).is_some();
            if !described || !path.starts_with("/api/v1/") {
                continue;
            }
            asked += 1;
            let path = path.replace("{id}", &acme.roster.employee().to_string());
            let request = admin.request(method.clone(), &path).json(&serde_json::json!({}));
            let request = request.header("authorization", "x").header("if-match", "\"1\"");
            let reply = request.header("sec-fetch-site", "cross-site").send().await;
            assert!(matches!(reply.status, 401 | 403), "{method} {path}: {}", reply.text());
        }
    }
    assert!(asked > 5, "only {asked} operations were found that change something");
    admin.get(paths::SESSION).expect(200).await;
}

/// C8: a cross-site form can send only three kinds of body, and none of them is read as JSON.
#[tokio::test]
async fn a_body_that_a_form_can_send_is_not_read_as_json() {
    let acme = Company::fresh(Stack::get().await).await;
    let body =
        format!("{{\"email\":\"{}\",\"password\":\"{PASSWORD}\"}}", acme.email_of(Role::HrAdmin));
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        let post = acme
            .visitor()
            .request(Method::POST, paths::SESSION)
            .header("content-type", kind)
            .body(body.clone());
        post.expect(415).await.problem(Code::UnsupportedMediaType);
    }
    acme.visitor()
        .request(Method::POST, paths::SESSION)
        .body(body)
        .expect(415)
        .await
        .problem(Code::UnsupportedMediaType);
}

/// C8: the company's own page, an address typed by hand, and a client that is not a browser are accepted.
#[tokio::test]
async fn same_origin_pages_and_non_browser_clients_are_accepted() {
    let acme = Company::fresh(Stack::get().await).await;
    let own = acme.visitor().origin();
    let welcome: [&[(&str, String)]; 5] = [
        &[("sec-fetch-site", "same-origin".to_owned()), ("origin", own.clone())],
        &[("sec-fetch-site", "same-origin".to_owned())],
        &[("sec-fetch-site", "none".to_owned())],
        &[("origin", own)],
        &[],
    ];
    for headers in welcome {
        let signed_in =
            with(acme.visitor().sign_in(&acme.email_of(Role::HrAdmin), PASSWORD), headers)
                .expect(201)
                .await;
        let admin = acme.visitor().with_session(&signed_in.session_cookie().value);
        with(admin.request(Method::DELETE, paths::SESSION), headers).expect(204).await;
    }
}

/// C8: reading is allowed from anywhere, because links are, but no answer lets a script of another origin read it.
#[tokio::test]
async fn no_other_origin_may_read_an_answer() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for (_, headers) in cross_site_headers(&admin, &betaco.visitor()) {
        let reply = with(admin.get(paths::EMPLOYEES), &headers).send().await;
        assert!(
            reply.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{:?}",
            reply.headers
        );
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
    }
    let preflight = admin
        .request(Method::OPTIONS, paths::SESSION)
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "DELETE");
    let reply = preflight.send().await;
    assert!(
        !reply.headers.contains_key("access-control-allow-origin")
            && (400..500).contains(&reply.status)
    );
}
