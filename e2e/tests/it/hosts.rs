//! I3: a request is bound to the one company that its host names, or it is refused.

use std::time::Duration;

use api_types::{Code, paths};
use domain::{Role, TenantStatus};
use e2e::{Actor, Company, PASSWORD, Stack, until};
use reqwest::Method;

/// I3: the bare host names no company. A request with a session cookie gets an error that says so, and is bound to no company.
#[tokio::test]
async fn the_bare_host_names_no_tenant() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let bare = Actor::at(&stack.server, "")
        .of(&acme.canary)
        .with_session(acme.hr_admin().await.session.as_ref().unwrap());
    for path in [
        paths::SESSION,
        paths::EMPLOYEES,
        paths::DEPARTMENTS,
        &paths::employee(acme.roster.hr_admin()),
    ] {
        bare.get(path).expect(400).await.problem(Code::CompanyHostRequired);
        bare.clone().signed_out().get(path).expect(400).await.problem(Code::CompanyHostRequired);
    }
    bare.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD)
        .expect(400)
        .await
        .problem(Code::CompanyHostRequired);
}

/// I3: a host that names no existing company answers 404, also to signing in and to a request with a session cookie.
#[tokio::test]
async fn an_unknown_tenant_is_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let nowhere = Actor::at(&stack.server, "no-such-company")
        .with_session(acme.hr_admin().await.session.as_ref().unwrap());
    for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS, paths::COMPANY] {
        nowhere.get(path).expect(404).await.problem(Code::UnknownCompany);
    }
    nowhere
        .sign_in(&acme.email_of(Role::HrAdmin), PASSWORD)
        .expect(404)
        .await
        .problem(Code::UnknownCompany);
}

/// I3: a suspended company refuses its signed-in users and every attempt to sign in, on every node, until it is active again.
#[tokio::test]
async fn a_suspended_tenant_refuses_requests() {
    let stack = Stack::get().await;
    let (acme, second) = (Company::fresh(stack).await, stack.second_node().await);
    let admin = acme.hr_admin().await;
    let nodes = [admin.clone(), admin.clone().on(&second)];
    for node in &nodes {
        node.get(paths::EMPLOYEES).expect(200).await;
    }
    acme.db_set_status(TenantStatus::Suspended).await;
    for node in &nodes {
        wait_until_refused(node, 403).await;
        for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS, paths::COMPANY] {
            node.get(path).expect(403).await.problem(Code::CompanyClosed);
        }
        node.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD)
            .expect(403)
            .await
            .problem(Code::CompanyClosed);
    }
    acme.db_set_status(TenantStatus::Active).await;
    until("the company to open again", Duration::from_secs(15), async || {
        (admin.get(paths::EMPLOYEES).send().await.status == 200).then_some(())
    })
    .await;
}

/// I3: a deleted company answers like one that never existed.
#[tokio::test]
async fn a_deleted_tenant_answers_like_an_unknown_one() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    admin.get(paths::EMPLOYEES).expect(200).await;
    acme.db_set_status(TenantStatus::Deleted).await;
    wait_until_refused(&admin, 404).await;
    for path in [paths::SESSION, paths::EMPLOYEES, paths::DEPARTMENTS, paths::COMPANY] {
        admin.get(path).expect(404).await.problem(Code::UnknownCompany);
    }
    admin
        .sign_in(&acme.email_of(Role::HrAdmin), PASSWORD)
        .expect(404)
        .await
        .problem(Code::UnknownCompany);
}

/// Waits until a request is refused with this HTTP status. A node may use an older tenant state for a few seconds.
async fn wait_until_refused(actor: &Actor, status: u16) {
    until("the company to be closed", Duration::from_secs(15), async || {
        (actor.get(paths::EMPLOYEES).send().await.status == status).then_some(())
    })
    .await;
}

/// I3: hosts that are not ours, reserved names, and spellings that could widen a pattern or imitate a key are refused.
#[tokio::test]
async fn invalid_hosts_are_refused() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let (admin, slug) = (acme.hr_admin().await, &acme.slug);
    for odd in [
        "127.0.0.1",
        "evil.example",
        "localhost.evil.example",
        "acmelocalhost",
        ".localhost",
        "..localhost",
        "*.localhost",
        "%2a.localhost",
        "[::1]",
        "[acme].localhost",
        "{acme}.localhost",
        "-acme.localhost",
        "www.localhost",
        "ops.localhost",
        "api.localhost",
        "auth.localhost",
        "lab.localhost",
        "_.localhost",
        "a_b.localhost",
        &format!("{slug}.localhost."),
        &format!("{slug}.localhost.evil.example"),
        &format!("x.{slug}.localhost"),
        &format!("{slug}.evil.example"),
        &format!("{slug}%00.localhost"),
        &format!("{slug}.localhost:80:80"),
        &format!("{slug}.localhost:x"),
        &format!("{slug}.localhost@evil.example"),
        &format!("{slug} .localhost"),
        &format!("{slug},betaco.localhost"),
        &"a".repeat(64),
        &format!("{}.localhost", "a".repeat(64)),
        &format!("{}.localhost", "a".repeat(5000)),
    ] {
        let reply = admin.clone().with_host(odd).get(paths::EMPLOYEES).send().await;
        assert!(
            matches!(reply.status, 400 | 404 | 421),
            "{odd}: {} {}",
            reply.status,
            reply.text()
        );
    }
    admin
        .clone()
        .with_host(&slug.as_str().to_uppercase().replace("ACME", "Acme"))
        .get(paths::EMPLOYEES)
        .expect(421)
        .await
        .problem(Code::UnknownHost);
    admin
        .clone()
        .with_host(&format!("{}.LOCALHOST:8080", slug.as_str().to_uppercase()))
        .get(paths::EMPLOYEES)
        .expect(200)
        .await;
}

/// I3: a request with no `Host`, an empty one, or two of them is refused.
#[tokio::test]
async fn a_request_needs_exactly_one_host() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let admin = acme.hr_admin().await;
    let (own, other, cookie) = (admin.host(), betaco.visitor(), admin.session.as_ref().unwrap());
    for hosts in [
        String::new(),
        "Host:\r\n".to_owned(),
        format!("Host: {own}\r\nHost: {own}\r\n"),
        format!("Host: {own}\r\nHost: {}\r\n", other.host()),
        format!("Host: {own}, {}\r\n", other.host()),
    ] {
        let request = format!(
            "GET {} HTTP/1.1\r\n{hosts}Cookie: __Host-session={cookie}\r\nConnection: close\r\n\r\n",
            paths::EMPLOYEES
        );
        let reply = stack.server.raw(request.as_bytes()).await;
        assert!(matches!(reply.status, 400 | 421), "{hosts:?}: {}", reply.text);
        assert!(
            !reply.text.contains(acme.canary.as_str())
                && !reply.text.contains(betaco.canary.as_str())
        );
    }
}

/// I3: only `Host` names the company. The authority of an absolute request target and forwarding headers do not.
#[tokio::test]
async fn only_the_host_names_the_tenant() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let (admin, other) = (acme.hr_admin().await, betaco.visitor());
    let cookie = admin.session.as_ref().unwrap();
    let absolute = format!(
        "GET http://{}{} HTTP/1.1\r\nHost: {}\r\nCookie: __Host-session={cookie}\r\nConnection: close\r\n\r\n",
        other.host(),
        paths::EMPLOYEES,
        admin.host()
    );
    let reply = stack.server.raw(absolute.as_bytes()).await;
    assert!(!reply.text.contains(betaco.canary.as_str()), "{}", reply.text);
    let swapped = format!(
        "GET http://{}{} HTTP/1.1\r\nHost: {}\r\nCookie: __Host-session={cookie}\r\nConnection: close\r\n\r\n",
        admin.host(),
        paths::EMPLOYEES,
        other.host()
    );
    let reply = stack.server.raw(swapped.as_bytes()).await;
    assert!(!reply.text.contains(betaco.canary.as_str()), "{}", reply.text);
    for forwarded in
        ["x-forwarded-host", "x-host", "x-original-host", "x-forwarded-server", "x-real-host"]
    {
        admin.get(paths::EMPLOYEES).header(forwarded, other.host()).expect(200).await;
        other
            .get(paths::EMPLOYEES)
            .header(forwarded, admin.host())
            .cookie(&format!("__Host-session={cookie}"))
            .expect(401)
            .await;
    }
    other
        .get(paths::EMPLOYEES)
        .header("forwarded", &format!("host={}", admin.host()))
        .cookie(&format!("__Host-session={cookie}"))
        .expect(401)
        .await;
}

/// I3: a client that tries to choose its tenant by a header is refused, even if it names its own.
#[tokio::test]
async fn a_tenant_header_is_refused() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for tenant in [
        betaco.tenant.to_string(),
        acme.tenant.to_string(),
        betaco.slug.to_string(),
        String::new(),
        "*".to_owned(),
    ] {
        for method in [Method::GET, Method::HEAD, Method::DELETE] {
            let reply = admin
                .request(method.clone(), paths::SESSION)
                .header("X-Tenant-ID", &tenant)
                .expect(400)
                .await;
            if method != Method::HEAD {
                reply.problem(Code::TenantHeaderRefused);
            }
        }
        acme.visitor()
            .sign_in(&acme.email_of(Role::HrAdmin), PASSWORD)
            .header("x-tenant-id", &tenant)
            .expect(400)
            .await
            .problem(Code::TenantHeaderRefused);
    }
    admin.get(paths::SESSION).expect(200).await;
}

/// I3: a tenant in the query is an unknown parameter, and refused.
#[tokio::test]
async fn a_tenant_in_the_query_is_refused() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for name in ["tenant", "tenant_id", "company"] {
        let reply =
            admin.get(&format!("{}?{name}={}", paths::EMPLOYEES, betaco.tenant)).expect(400).await;
        reply.problem(Code::InvalidField);
    }
}
