//! O8: an operator exports a company, erases it, and restores it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use api_types::{Code, EmployeeRow, Onboarding, OnboardingForm, Page, SessionView, paths};
use domain::{Role, TenantStatus};
use e2e::{
    Actor, Application, Company, Finished, PASSWORD, ServerConfig, Stack, TempFolder, db_redis,
};
use reqwest::Method;
use serde_json::Value;

async fn tenant(config: &ServerConfig, verb: &str, arguments: &[&str]) -> Finished {
    config.run(&[&["tenant", verb], arguments].concat()).await
}

/// Exports a company into this folder.
async fn export(config: &ServerConfig, company: &Company, to: &Path) -> Finished {
    let arguments = ["--slug", company.slug.as_str(), "--to", to.to_str().unwrap()];
    tenant(config, "export", &arguments).await
}

fn failed_with_hint(finished: &Finished, says: &str) {
    let Finished { code, stderr, .. } = finished;
    assert!(*code == Some(1) && stderr.contains(says) && stderr.contains("hint: "), "{stderr}");
}

async fn directory_of(admin: &Actor) -> Vec<EmployeeRow> {
    let page: Page<EmployeeRow> = admin.get(paths::EMPLOYEES).expect(200).await.json();
    page.items
}

async fn own_form(actor: &Actor) -> OnboardingForm {
    actor.get(paths::ONBOARDING).expect(200).await.json::<Onboarding>().form
}

/// Signs in with the usual password.
async fn signed_in(visitor: &Actor, company: &Company) -> Actor {
    let reply = visitor.sign_in(&company.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
    assert_eq!(reply.json::<SessionView>().role, Role::HrAdmin);
    visitor.clone().with_session(&reply.session_cookie().value)
}

/// What a company has before it is exported, and still has after it was restored.
struct Before {
    list: Vec<EmployeeRow>,
    form: OnboardingForm,
    application: Application,
}

async fn before_the_export(company: &Company, admin: &Actor) -> Before {
    let form = OnboardingForm { phone: "+49 30 901820".to_owned(), ..OnboardingForm::default() };
    admin.request(Method::PUT, paths::ONBOARDING).json(&form).expect(200).await;
    let machine = "--flow client_credentials --scope hr/employees.read --secret --no-rotation";
    let application = company.application(machine).await;
    Before { list: directory_of(admin).await, form, application }
}

/// O8: the whole way of a company. Its twin with the same ids keeps its rows, sessions and keys.
#[tokio::test]
async fn a_company_is_exported_erased_and_restored() {
    let (stack, folder) = (Stack::get().await, TempFolder::empty("archive"));
    let ([acme, betaco], config) = (Company::twins(stack).await, stack.server_config());
    let (admin, other) = (acme.hr_admin().await, betaco.hr_admin().await);
    let (slug, archive) = (acme.slug.as_str(), folder.path().join("acme"));
    let before = before_the_export(&acme, &admin).await;
    let others = directory_of(&other).await;

    // While it is in use.
    let said = export(&config, &acme, &archive).await.succeeded();
    assert!(said.contains("password hashes"), "{said}");
    admin.get(paths::SESSION).expect(200).await;

    let erase =
        async |more: &[&str]| tenant(&config, "erase", &[&["--slug", slug], more].concat()).await;
    failed_with_hint(&erase(&["--yes"]).await, "is active");
    tenant(&config, "suspend", &["--slug", slug]).await.succeeded();
    let counted = erase(&[]).await;
    failed_with_hint(&counted, "nothing was erased");
    let employees = fs::read_to_string(archive.join("employee.jsonl")).unwrap().lines().count();
    assert!(employees > before.list.len() && before.list.len() > 10, "the control");
    let line = format!("employee: {employees} rows");
    assert!(counted.stderr.contains(&line), "{}", counted.stderr);
    let receipt: Value = serde_json::from_str(&erase(&["--yes"]).await.succeeded()).unwrap();
    assert_eq!(receipt["rows"]["employee"], employees);
    assert_eq!(receipt["rows"]["platform.tenant"], 1);
    assert!(receipt["redis_keys"]["sessions"].as_u64().unwrap() > 0, "{receipt}");
    let keys = |of: &Company| format!("*{{{}}}*", of.tenant);
    assert_eq!(db_redis::keys(&stack.redis.url(), &keys(&acme)).await, [""; 0]);
    assert!(!db_redis::keys(&stack.redis.url(), &keys(&betaco)).await.is_empty(), "the control");
    failed_with_hint(&erase(&["--yes"]).await, "there is no company");

    let restored = tenant(&config, "restore", &["--from", archive.to_str().unwrap()]).await;
    let restored = restored.succeeded();
    let secret = restored.lines().find_map(|line| line.split_once(": ")).unwrap().1;
    // A node knows a company for thirty seconds, so another node is asked for the new one.
    let node = config.start().await;
    let visitor = acme.visitor_on(&node);
    visitor.get(paths::COMPANY).expect(403).await.problem(Code::CompanyClosed);
    tenant(&config, "open", &["--slug", slug]).await.succeeded();
    visitor
        .clone()
        .with_session(admin.session.as_ref().unwrap())
        .get(paths::SESSION)
        .expect(401)
        .await;
    let admin = signed_in(&visitor, &acme).await;
    assert_eq!(directory_of(&admin).await, before.list);
    assert_eq!(own_form(&admin).await, before.form);
    for (secret, status) in
        [(Some(secret.to_owned()), 200), (before.application.secret.clone(), 401)]
    {
        let application = Application { secret, ..before.application.clone() };
        let grant = application.shown(&[("grant_type", "client_credentials")]);
        Actor::at(&node, "")
            .post_form(&application.path(paths::TOKEN), &grant)
            .expect(status)
            .await;
    }
    assert_eq!(directory_of(&other).await, others);
    assert_eq!(directory_of(&other.on(&node)).await, others);
}

/// O8: an archive is a folder that only its owner can read. A changed file, an incomplete folder, a folder that exists and a slug that is taken are refused.
#[tokio::test]
async fn a_damaged_archive_is_refused() {
    let (stack, folder) = (Stack::get().await, TempFolder::empty("archive"));
    let (acme, config) = (Company::fresh(stack).await, stack.server_config());
    let archive = folder.path().join("acme");
    export(&config, &acme, &archive).await.succeeded();
    for entry in fs::read_dir(&archive).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o700);
    failed_with_hint(&export(&config, &acme, &archive).await, "exists already");

    let restore = async |more: &[&str]| {
        tenant(&config, "restore", &[&["--from", archive.to_str().unwrap()], more].concat()).await
    };
    failed_with_hint(&restore(&[]).await, "has this slug");
    failed_with_hint(&restore(&["--slug", "another-name"]).await, "platform.pool");
    let accounts = archive.join("account.jsonl");
    let whole = fs::read_to_string(&accounts).unwrap();
    for (changed, says) in [
        (whole.replacen("auditor", "hr_admin", 1), "`account` were changed"),
        (whole.lines().skip(1).collect::<Vec<_>>().join("\n"), "`account` were changed"),
    ] {
        assert_ne!(changed, whole);
        fs::write(&accounts, changed).unwrap();
        failed_with_hint(&restore(&["--slug", "another-name"]).await, says);
    }
    fs::write(&accounts, whole).unwrap();
    let manifest = archive.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"employee\"", "\"employees\"", 1)).unwrap();
    failed_with_hint(&restore(&["--slug", "another-name"]).await, "the same tables");
    fs::remove_file(&manifest).unwrap();
    failed_with_hint(&restore(&["--slug", "another-name"]).await, "manifest.json");
    let absent = "select from platform.tenant where slug = 'another-name'";
    assert!(!stack.postgres.db_holds(&format!("exists ({absent})")).await, "nothing was restored");
}

/// O8: if Redis does not answer, nothing is erased, and the command says what to do.
#[tokio::test]
async fn without_redis_nothing_is_erased() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    acme.db_set_status(TenantStatus::Suspended).await;
    let away = format!("redis://127.0.0.1:{}/0", e2e::closed_port());
    for variable in ["REDIS_SESSION_URL", "REDIS_CACHE_URL"] {
        let config = stack.server_config().with(variable, &away);
        let failed = tenant(&config, "erase", &["--slug", acme.slug.as_str(), "--yes"]).await;
        failed_with_hint(&failed, "nothing was erased, because Redis");
    }
    let there = format!("select from employee where tenant_id = '{}'", acme.tenant);
    assert!(stack.postgres.db_holds(&format!("exists ({there})")).await);
}
