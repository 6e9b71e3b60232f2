//! I3: an operator's change of a company's state takes effect on every node from the next request on.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Redis, Stack, closed_port};

async fn is_refused(actor: &Actor, company: &Company, status: u16, code: Code) {
    for path in [
        paths::SESSION,
        paths::EMPLOYEES,
        paths::DEPARTMENTS,
        paths::COMPANY,
        &paths::employee(company.roster.employee()),
    ] {
        actor.get(path).expect(status).await.problem(code);
        actor.clone().signed_out().get(paths::COMPANY).expect(status).await.problem(code);
    }
    actor.sign_in(&company.email_of(Role::HrAdmin), PASSWORD).expect(status).await.problem(code);
}

/// I3: suspending, opening and deleting a company takes effect on every route and every node at once.
#[tokio::test]
async fn a_change_of_state_takes_effect_at_once_on_every_node() {
    let (stack, redis) = (Stack::get().await, Redis::start().await);
    let (acme, betaco) = (Company::fresh(stack).await, Company::fresh(stack).await);
    let config = stack.server_config().with("REDIS_SESSION_URL", &redis.url());
    let nodes = [config.start().await, config.start().await];
    let admin = acme.actor_on(&nodes[0], Role::HrAdmin).await;
    let other = betaco.actor_on(&nodes[1], Role::HrAdmin).await;
    for (verb, refused) in [
        ("suspend", Some((403, Code::CompanyClosed))),
        ("open", None),
        ("delete", Some((404, Code::UnknownCompany))),
        ("open", None),
    ] {
        for node in &nodes {
            // Every node caches the state just before it changes.
            admin.clone().on(node).get(paths::EMPLOYEES).send().await;
        }
        let said = config.run(&["tenant", verb, "--slug", acme.slug.as_str()]).await.succeeded();
        assert!(said.contains(acme.slug.as_str()), "{said}");
        for node in &nodes {
            let on = admin.clone().on(node);
            match refused {
                Some((status, code)) => is_refused(&on, &acme, status, code).await,
                None => drop(on.get(paths::EMPLOYEES).expect(200).await),
            }
            other.clone().on(node).get(paths::EMPLOYEES).expect(200).await;
        }
    }
}

/// I3: the command fails with a hint if it could not inform the nodes or if the company does not exist, and refuses an invalid slug.
#[tokio::test]
async fn a_change_that_the_nodes_may_miss_is_an_error_with_a_hint() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let unreachable = format!("redis://127.0.0.1:{}/0", closed_port());
    let config = stack.server_config().with("REDIS_SESSION_URL", &unreachable);
    let failed = config.run(&["tenant", "suspend", "--slug", acme.slug.as_str()]).await;
    assert_eq!(failed.code, Some(1), "{}", failed.stderr);
    assert!(
        failed.stderr.contains("five seconds") && failed.stderr.contains("hint: "),
        "{}",
        failed.stderr
    );
    let unknown = stack.server_config().run(&["tenant", "open", "--slug", "no-such-company"]).await;
    assert!(unknown.code == Some(1) && unknown.stderr.contains("hint: "), "{}", unknown.stderr);
    for odd in ["a*", "[x]", "a:b", "{a}", "", "Acme", "аcme", "a.", &"a".repeat(64)] {
        let refused = stack.server_config().run(&["tenant", "delete", "--slug", odd]).await;
        assert_eq!(refused.code, Some(2), "{odd}: {}", refused.stderr);
    }
}

/// I3: a host name that looks like a company's is another name or invalid, and the company's session is refused there.
#[tokio::test]
async fn a_look_alike_host_is_another_name_or_invalid() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    let slug = acme.slug.as_str();
    for (odd, refused) in [
        (slug.replacen('a', "xn--a", 1), [404, 404]),
        (format!("{slug}a"), [404, 404]),
        (slug[..slug.len() - 1].to_owned(), [404, 404]),
        (slug.replacen('a', "\u{430}", 1), [400, 421]),
        (format!("{slug}\u{200b}"), [400, 421]),
        (format!("{slug}."), [421, 421]),
        (String::new(), [421, 421]),
    ] {
        let cookie = admin.session.as_ref().unwrap();
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {odd}.localhost:8080\r\nCookie: __Host-session={cookie}\r\nConnection: close\r\n\r\n",
            paths::EMPLOYEES
        );
        let reply = stack.server.raw(request.as_bytes()).await;
        assert!(refused.contains(&reply.status), "{odd}: {}", reply.text);
        assert!(!reply.text.contains(acme.canary.as_str()), "{odd}: {}", reply.text);
    }
}
