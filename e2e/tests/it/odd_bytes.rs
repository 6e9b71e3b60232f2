//! G11: bytes that our clients never send are refused or skipped, and never cause a 5xx.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Application, Company, Pkce, REDIRECT_URI, Reply, Request, Stack};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// NUL, which PostgreSQL cannot store, and other control characters: alone, at either end, and in the middle.
const ODD: [&str; 5] = ["\0", "\0a", "a\0", "a\0b", "a\u{1}\u{7f}\u{85}b"];

/// Sends the request and returns the reply. Fails if the reply is a 5xx.
async fn assert_no_5xx(what: &str, request: Request) -> Reply {
    let reply = request.with_retry().send().await;
    assert!(reply.status < 500, "{what}: {} {}", reply.status, reply.text());
    reply
}

/// Copies of the document, each with one of its texts replaced by `odd`, and the JSON pointer to that text.
fn with_each_text_odd(document: &Value, odd: &str) -> Vec<(String, Value)> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::String(_) => found.push(at.to_owned()),
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    walk(item, &format!("{at}/{number}"), found);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    walk(member, &format!("{at}/{name}"), found);
                }
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    walk(document, "", &mut places);
    places
        .into_iter()
        .map(|place| {
            let mut changed = document.clone();
            *changed.pointer_mut(&place).unwrap() = json!(odd);
            (place, changed)
        })
        .collect()
}

/// A valid onboarding form.
fn onboarding_form() -> Value {
    json!({
        "preferred_name": "Ada", "phone": "+44 20", "emergency_name": "Grace", "emergency_phone": "+1 2",
        "dietary_needs": "none", "equipment": "desktop",
    })
}

/// A valid body for each operation that takes JSON, so that only the replaced text is wrong.
async fn json_bodies(acme: &Company) -> Vec<(Method, String, Value)> {
    let departments: Value = acme.hr_admin().await.get(paths::DEPARTMENTS).expect(200).await.json();
    let department = departments["items"][0]["id"].as_str().unwrap();
    let employee = json!({
        "first_name": "Ada", "last_name": "Byron", "email": "ada@odd.example", "phone": "+44 20",
        "position": "Analyst", "department_id": department, "location": "London", "status": "active",
        "started_on": "2026-03-01", "weekly_hours": 40,
        "salary": { "minor_units": 100, "currency": "EUR" }, "manager_id": acme.roster.hr_admin(),
    });
    let of_one = paths::employee(acme.roster.employee());
    vec![
        (
            Method::POST,
            paths::SESSION.to_owned(),
            json!({ "email": acme.email_of(Role::HrAdmin), "password": "12345678" }),
        ),
        (Method::POST, paths::EMPLOYEES.to_owned(), employee.clone()),
        (Method::PATCH, of_one.clone(), employee),
        (
            Method::POST,
            paths::terminate(acme.roster.employee()),
            json!({ "ended_on": "2026-03-01" }),
        ),
        (
            Method::PATCH,
            paths::department(department.parse().unwrap()),
            json!({ "name": "Research" }),
        ),
        (Method::POST, paths::TOKENS.to_owned(), json!({ "scopes": ["openid"] })),
        (Method::POST, paths::INSPECT_TOKEN.to_owned(), json!({ "token": "a.b.c" })),
        (Method::POST, paths::STEP_UP.to_owned(), json!({ "password": "12345678" })),
        (Method::PUT, paths::SESSION_SETTINGS.to_owned(), json!({ "policy": "strict" })),
        (
            Method::POST,
            paths::WIDGETS.to_owned(),
            json!({ "name": "Intranet", "embedded_on": "https://intranet.example" }),
        ),
        (
            Method::POST,
            paths::WIDGET_SESSION.to_owned(),
            json!({ "widget": Uuid::nil().to_string(), "key": "A".repeat(43) }),
        ),
        (Method::PUT, paths::DRAFT.to_owned(), onboarding_form()),
        (Method::PUT, paths::ONBOARDING.to_owned(), onboarding_form()),
    ]
}

/// G11: a control character in any text of a JSON body of the API causes no 5xx.
#[tokio::test]
async fn no_text_of_a_json_body_causes_a_5xx() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let document: Value = admin.get(paths::OPENAPI).expect(200).await.json();
    let bodies = json_bodies(&acme).await;
    let with_json = document["paths"].as_object().unwrap().values();
    let with_json = with_json.flat_map(|operations| operations.as_object().unwrap().values());
    let with_json = with_json
        .filter(|operation| operation["requestBody"]["content"]["application/json"].is_object());
    assert_eq!(with_json.count(), bodies.len(), "add a valid body for the new operation");
    for odd in ODD {
        for (method, path, body) in &bodies {
            for (place, body) in with_each_text_odd(body, odd) {
                let what = format!("{method} {path} {place} {odd:?}");
                let request = admin.request(method.clone(), path).header("if-match", "\"1\"");
                assert_no_5xx(&what, request.json(&body)).await;
            }
        }
    }
}

/// G11: odd bytes in a parameter of a path or query, described or unknown, cause no 5xx, in the API and in the identity provider.
#[tokio::test]
async fn no_parameter_causes_a_5xx() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let app = acme.application("--flow REFRESH_TOKEN_AUTH").await;
    let document: Value = admin.get(paths::OPENAPI).expect(200).await.json();
    let mut seen = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let whole = path
                .replace("{pool_id}", app.pool.as_str())
                .replace("{id}", &Uuid::nil().to_string());
            let mut asked = vec![format!("{whole}?unknown=a%00b"), format!("{whole}?a%00b=1")];
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                let place = format!("{{{name}}}");
                for odd in ["%00", "a%00b", "a%01b", "%FF"] {
                    asked.push(if parameter["in"] == "path" {
                        path.replace(&place, odd).replace("{pool_id}", app.pool.as_str())
                    } else {
                        format!("{whole}?{name}={odd}")
                    });
                }
                seen += 1;
            }
            for path in asked {
                let request = admin.request(method.clone(), &path).json(&json!({}));
                assert_no_5xx(&format!("{method} {path}"), request).await;
                if path.starts_with("/api/v1/session") && method == Method::DELETE {
                    break;
                }
            }
        }
        // Some of these requests sign out.
        admin.get(paths::OPENAPI).expect(200).await;
    }
    assert!(seen > 20, "only {seen} parameters are described");
}

/// An application for the code flow. Its authorization requests are valid unless the test changes them.
async fn application(company: &Company) -> Application {
    let parameters = format!(
        "--flow code --flow REFRESH_TOKEN_AUTH --flow USER_PASSWORD_AUTH --scope openid --redirect-uri {REDIRECT_URI}"
    );
    company.application(&parameters).await
}

/// G11, d13: a control character in a parameter sends `invalid_request` to the redirect URI. In `client_id` or `redirect_uri` it is 400, without a redirect.
#[tokio::test]
async fn a_control_character_in_an_authorization_request_is_invalid_request() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, admin, pkce) = (application(&acme).await, acme.hr_admin().await, Pkce::fresh());
    for name in ["nonce", "state", "code_challenge", "scope", "prompt", "login_hint", "unknown"] {
        for odd in ODD {
            let sent = admin.get(&app.authorize(&pkce, &[(name, odd)])).expect(303).await.sent_to();
            assert_eq!(sent.parameters["error"], "invalid_request", "{name} {odd:?}: {sent:?}");
            assert!(!sent.parameters.contains_key("code"), "{name} {odd:?}: {sent:?}");
        }
    }
    for name in ["client_id", "redirect_uri"] {
        admin.get(&app.authorize(&pkce, &[(name, "a\0b")])).expect(400).await;
    }
}

/// G11: a control character in any field of a form causes no 5xx.
#[tokio::test]
async fn no_field_of_a_form_causes_a_5xx() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (app, bare) = (application(&acme).await, Actor::at(&stack.server, ""));
    let id = app.id.as_str();
    let token = |grant_type| vec![("grant_type", grant_type), ("client_id", id)];
    let forms = [
        (
            paths::TOKEN,
            [
                token("authorization_code"),
                vec![("code", "a"), ("redirect_uri", REDIRECT_URI), ("code_verifier", "v")],
            ]
            .concat(),
        ),
        (
            paths::TOKEN,
            [token("refresh_token"), vec![("refresh_token", "a"), ("scope", "openid")]].concat(),
        ),
        (paths::TOKEN, [token("client_credentials"), vec![("client_secret", "a")]].concat()),
        (paths::REVOKE, vec![("token", "a"), ("token_type_hint", "a"), ("client_id", id)]),
    ];
    for (path, fields) in forms {
        for at in 0..fields.len() {
            for odd in ODD {
                let mut fields = fields.clone();
                fields[at].1 = odd;
                let what = format!("{path} {fields:?}");
                let reply = assert_no_5xx(&what, bare.post_form(&app.path(path), &fields)).await;
                assert!(matches!(reply.status, 200 | 400 | 401), "{what}: {}", reply.status);
            }
        }
    }
}

/// G11: a control character in any text of an unsigned Cognito operation causes no 5xx.
#[tokio::test]
async fn no_text_of_a_cognito_operation_causes_a_5xx() {
    let acme = Company::fresh(Stack::get().await).await;
    let app = application(&acme).await;
    let (id, name) = (app.id.as_str(), acme.email_of(Role::Employee));
    let operations = [
        (
            "InitiateAuth",
            json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": id,
                    "AuthParameters": { "USERNAME": name, "PASSWORD": "12345678", "SECRET_HASH": "a" } }),
        ),
        (
            "InitiateAuth",
            json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": id,
                    "AuthParameters": { "REFRESH_TOKEN": "a" } }),
        ),
        (
            "RespondToAuthChallenge",
            json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "ClientId": id, "Session": "a",
                    "ChallengeResponses": { "USERNAME": name, "NEW_PASSWORD": "12345678" } }),
        ),
        ("GetTokensFromRefreshToken", json!({ "ClientId": id, "RefreshToken": "a" })),
        ("RevokeToken", json!({ "ClientId": id, "Token": "a" })),
        ("GetUser", json!({ "AccessToken": "a" })),
        ("GlobalSignOut", json!({ "AccessToken": "a" })),
        (
            "ChangePassword",
            json!({ "AccessToken": "a", "PreviousPassword": "12345678", "ProposedPassword": "12345678" }),
        ),
        ("ForgotPassword", json!({ "ClientId": id, "Username": name })),
        (
            "ConfirmForgotPassword",
            json!({ "ClientId": id, "Username": name, "ConfirmationCode": "AAAA",
                    "Password": "12345678" }),
        ),
    ];
    for (operation, body) in &operations {
        for odd in ODD {
            for (place, body) in with_each_text_odd(body, odd) {
                let what = format!("{operation} {place} {odd:?}");
                assert_no_5xx(&what, acme.cognito().ask(operation, &body)).await;
            }
        }
    }
}

/// G11, b4: another cookie with non-ASCII bytes, in UTF-8 or Latin-1, before or after ours, neither ends the session nor prevents signing out.
#[tokio::test]
async fn an_undecodable_other_cookie_signs_no_user_out() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    for foreign in ["utm=Undersøgelse".as_bytes(), b"theme=d\xfcnkel", b"\xff"] {
        let admin = acme.hr_admin().await;
        let own = format!("{}={}", Reply::SESSION_COOKIE, admin.session.as_ref().unwrap());
        let ask = async |method: &str, cookie: &[u8]| {
            let head =
                format!("{method} {} HTTP/1.1\r\nHost: {}\r\n", paths::SESSION, admin.host());
            let request = [head.as_bytes(), b"Connection: close\r\nCookie: ", cookie, b"\r\n\r\n"];
            stack.server.raw(&request.concat()).await
        };
        let before = [foreign, b"; ", own.as_bytes()].concat();
        let behind = [own.as_bytes(), b"; ", foreign].concat();
        let twice = [own.as_bytes(), b"; ", foreign, b"; ", own.as_bytes()].concat();
        for cookie in [&before, &behind] {
            assert_eq!(ask("GET", cookie).await.status, 200, "{cookie:?}");
        }
        assert_eq!(ask("GET", &twice).await.status, 401, "two session cookies count as none");
        assert_eq!(ask("DELETE", &before).await.status, 204);
        admin.get(paths::SESSION).expect(401).await.problem(Code::NotSignedIn);
    }
}

/// G11, a5: a target in absolute form is served if its authority equals `Host`. It is 400 if they differ, because the intended host is unclear.
#[tokio::test]
async fn a_target_that_names_another_host_is_refused() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (own, other) = (acme.visitor().host().to_owned(), betaco.visitor().host().to_owned());
    let ask = async |authority: &str| {
        let request = format!(
            "GET http://{authority}{} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n",
            paths::COMPANY
        );
        stack.server.raw(request.as_bytes()).await
    };
    for same in [own.clone(), own.to_uppercase()] {
        let reply = ask(&same).await;
        assert_eq!(reply.status, 200, "{same}: {}", reply.text);
        assert!(reply.text.contains(acme.slug.as_str()), "{}", reply.text);
    }
    let user = format!("user@{own}");
    for odd in [other.as_str(), "evil.example", "localhost:8080", &user] {
        let reply = ask(odd).await;
        assert_eq!(reply.status, 400, "{odd}: {}", reply.text);
        assert!(!reply.text.contains(acme.canary.as_str()), "{odd}: {}", reply.text);
    }
}
