//! T9: machines: applications that get tokens with the client credentials grant, without a user.

use api_types::{Code, EmployeeRow, OauthError, Page, paths};
use e2e::{Application, Company, Stack};

use super::{bare, claims, is_accepted};

async fn token(stack: &Stack, app: &Application, scope: &str) -> String {
    let grant = app.shown(&[("grant_type", "client_credentials"), ("scope", scope)]);
    let tokens = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(200).await.tokens();
    assert_eq!(
        (tokens.refresh_token, tokens.id_token),
        (None, None),
        "a machine gets only an access token"
    );
    tokens.access_token
}

/// T9: a machine lists the employees of its own company only, without salaries, at the bare host and at the company's.
#[tokio::test]
async fn a_machine_sees_only_its_own_tenant() {
    let stack = Stack::get().await;
    let companies = Company::trio(stack).await;
    let parameters =
        "--flow client_credentials --scope hr/employees.read --scope hr/salaries.read --secret";
    for company in &companies {
        let app = company.application(parameters).await;
        let access = token(stack, &app, "hr/employees.read").await;
        let (says, id) = (claims(&access), app.id.as_str());
        assert_eq!((says["sub"].as_str(), says["client_id"].as_str()), (Some(id), Some(id)));
        assert_eq!(says["scope"], "hr/employees.read");
        assert!(is_accepted(company, &access).await);
        let list = bare(stack).of(&company.canary).get_with_token(paths::EMPLOYEES, &access);
        let page: Page<EmployeeRow> = list.expect(200).await.json();
        assert_eq!(page.total, company.roster.staff().count() as u64);
        assert!(page.items.iter().all(|row| row.salary.is_none()));
        for other in companies.iter().filter(|other| other.tenant != company.tenant) {
            let reply = other.visitor().get_with_token(paths::EMPLOYEES, &access).expect(401).await;
            reply.problem(Code::InvalidToken);
        }
    }
}

/// T9: a machine may do only what its scopes allow, and cannot request a scope about a user, such as `openid`.
#[tokio::test]
async fn a_machine_may_do_only_what_its_scopes_name() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let parameters = "--flow client_credentials --scope hr/salaries.read --scope openid --secret";
    let app = acme.application(parameters).await;
    let access = token(stack, &app, "").await;
    assert_eq!(
        claims(&access)["scope"],
        "hr/salaries.read",
        "a request without `scope` gets all scopes that a machine may request"
    );
    let reply = acme.visitor().get_with_token(paths::EMPLOYEES, &access).expect(403).await;
    reply.problem(Code::InsufficientScope);
    assert!(reply.header("www-authenticate").unwrap().contains("hr/employees.read"));
    for scope in ["openid", "hr/employees.read", "hr/salaries.read openid", "unknown", " "] {
        let grant = app.shown(&[("grant_type", "client_credentials"), ("scope", scope)]);
        let reply = bare(stack).post_form(&app.path(paths::TOKEN), &grant).expect(400).await;
        reply.oauth(OauthError::InvalidScope);
    }
}
