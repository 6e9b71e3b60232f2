//! C6: the cookie of a widget opens the list of people who are out today, and nothing else; and nothing else opens the list.

use api_types::{Code, OutToday, paths};
use domain::{EmploymentStatus, Role};
use e2e::{Actor, Company, Stack, Widget};
use reqwest::Method;
use serde_json::{Value, json};

use super::{SITE, names, read};

/// C6: the list has the names of the people who are out, by department, and no other field. The cookie has exactly its attributes.
#[tokio::test]
async fn a_widget_shows_names_and_nothing_else() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, visitor) = (acme.hr_admin().await, acme.visitor());
    let widget = Widget::create(&admin, SITE).await;
    let opened = widget.open(&visitor, 204).await;
    assert_eq!(
        opened.set_cookies()[0].attributes(),
        "httponly; max-age=28800; partitioned; path=/; samesite=None; secure"
    );
    assert!(opened.body.is_empty());
    let reply = read(&visitor, &widget.cookie(&visitor).await, 200).await;
    let out = |status| status == EmploymentStatus::OnLeave;
    let expected: Vec<_> = acme.roster.employees.iter().filter(|one| out(one.status)).collect();
    let [person] = expected[..] else { panic!("one person on leave") };
    let department = acme.roster.departments.iter().find(|one| one.id == person.department);
    assert_eq!(
        reply.json::<Value>(),
        json!({
            "total": 1,
            "departments": [{
                "department": department.unwrap().name,
                "people": [format!("{} {}", person.first_name, person.last_name)],
            }],
        })
    );
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let etag = reply.etag();
    let again = visitor.get(paths::OUT_TODAY).cookie(&widget.cookie(&visitor).await);
    again.header("if-none-match", &etag).expect(304).await;
}

/// C6: a change of an employee is in the list at the next request, on every node.
#[tokio::test]
async fn a_list_is_as_fresh_as_the_directory() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let other = stack.server_config().start().await;
    let admin = acme.hr_admin().await;
    let widget = Widget::create(&admin, SITE).await;
    let cookie = widget.cookie(&acme.visitor()).await;
    let nodes = [acme.visitor(), acme.visitor_on(&other)];
    for node in &nodes {
        assert_eq!(names(&read(node, &cookie, 200).await).len(), 1);
    }
    let path = paths::employee(acme.roster.employee());
    let change = admin.request(Method::PATCH, &path).header("if-match", "\"1\"");
    change.json(&json!({ "status": "on_leave" })).expect(200).await;
    for node in &nodes {
        assert_eq!(names(&read(node, &cookie, 200).await).len(), 2);
    }
}

/// C6: removing a widget takes effect at the next request on every node. Another widget goes on.
#[tokio::test]
async fn a_removed_widget_stops_at_once_on_every_node() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let other = stack.server_config().start().await;
    let admin = acme.hr_admin().await;
    let [removed, kept] = [Widget::create(&admin, SITE).await, Widget::create(&admin, SITE).await];
    let nodes = [acme.visitor(), acme.visitor_on(&other)];
    let cookies = [removed.cookie(&nodes[0]).await, kept.cookie(&nodes[1]).await];
    for node in &nodes {
        for cookie in &cookies {
            // Every node caches both lists just before one of the widgets is removed.
            read(node, cookie, 200).await;
        }
    }
    admin.request(Method::DELETE, &removed.path()).expect(204).await;
    for node in &nodes {
        let refused = read(node, &cookies[0], 401).await;
        refused.problem(Code::NotSignedIn);
        removed.open(node, 401).await.problem(Code::WrongWidgetKey);
        node.get(&removed.page()).expect(404).await;
        read(node, &cookies[1], 200).await;
    }
    admin.request(Method::DELETE, &removed.path()).expect(404).await.problem(Code::NotFound);
}

/// C6: the cookie of a widget is not accepted on any other route, under its own name or another one.
#[tokio::test]
async fn the_cookie_of_a_widget_opens_nothing_else() {
    let acme = Company::fresh(Stack::get().await).await;
    let visitor = acme.visitor();
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let cookie = widget.cookie(&visitor).await;
    let value = cookie.split_once('=').unwrap().1;
    let renamed = ["__Host-session", "__Host-remember"].map(|name| format!("{name}={value}"));
    let employee = paths::employee(acme.roster.employee());
    for cookie in renamed.iter().chain([&cookie]) {
        for path in [
            paths::SESSION,
            paths::SESSIONS,
            paths::EMPLOYEES,
            paths::DEPARTMENTS,
            paths::SESSION_SETTINGS,
            paths::WIDGETS,
            &employee,
        ] {
            let refused = visitor.get(path).cookie(cookie).expect(401).await;
            refused.problem(Code::NotSignedIn);
        }
        for (method, path) in
            [(Method::DELETE, widget.path()), (Method::POST, paths::WIDGETS.to_owned())]
        {
            let request = visitor.request(method, &path).cookie(cookie).json(&json!({}));
            request.expect(401).await.problem(Code::NotSignedIn);
        }
        let resume = visitor.request(Method::POST, paths::REMEMBERED_SESSION).cookie(cookie);
        assert!(resume.expect(204).await.set_cookies().iter().all(|one| one.value.is_empty()));
    }
    let bearer = visitor.get_with_token(paths::EMPLOYEES, value);
    bearer.expect(401).await.problem(Code::InvalidToken);
}

/// C6: no session, no token and no changed cookie opens a widget.
#[tokio::test]
async fn nothing_but_its_cookie_opens_a_widget() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let admin = acme.hr_admin().await;
    let widget = Widget::create(&admin, SITE).await;
    for role in Role::ALL {
        let actor = acme.actor(role).await;
        actor.get(paths::OUT_TODAY).expect(401).await.problem(Code::NotSignedIn);
        let value = actor.session.as_ref().unwrap();
        read(&acme.visitor(), &format!("__Host-widget={value}"), 401).await;
    }
    let app = acme
        .application(&format!(
            "--flow code --redirect-uri {} --scope openid --scope hr/employees.read",
            e2e::REDIRECT_URI
        ))
        .await;
    let tokens =
        app.tokens_for(&admin, &Actor::at(&stack.server, ""), "openid hr/employees.read").await;
    let by_token = acme.visitor().get_with_token(paths::OUT_TODAY, &tokens.access_token);
    by_token.expect(401).await.problem(Code::NotSignedIn);
    let cookie = widget.cookie(&acme.visitor()).await;
    let (_, value) = cookie.split_once('=').unwrap();
    let changed = format!("{}{}", if value.starts_with('A') { 'B' } else { 'A' }, &value[1..]);
    for odd in [
        String::new(),
        "__Host-widget=".to_owned(),
        format!("__Host-widget={changed}"),
        format!("__Host-widget={value}A"),
        format!("{cookie}; {cookie}"),
        format!("widget={value}"),
        format!("__Host-widget={}", widget.key()),
    ] {
        read(&acme.visitor(), &odd, 401).await.problem(Code::NotSignedIn);
    }
    read(&acme.visitor(), &format!("theme=dark; {cookie}"), 200).await;
}

/// C6, C8: only the frame itself reads the list and shows the key. The page around it and every other site are refused, although the browser sends the cookie.
#[tokio::test]
async fn another_site_reads_no_list() {
    let acme = Company::fresh(Stack::get().await).await;
    let visitor = acme.visitor();
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let cookie = widget.cookie(&visitor).await;
    let from =
        |site: &str| visitor.get(paths::OUT_TODAY).cookie(&cookie).header("sec-fetch-site", site);
    for site in ["cross-site", "same-site"] {
        from(site).expect(403).await.problem(Code::CrossSiteRequest);
        let request = visitor.request(Method::POST, paths::WIDGET_SESSION);
        let request = request.header("sec-fetch-site", site).json(&json!({}));
        request.expect(403).await.problem(Code::CrossSiteRequest);
    }
    let reply = from("same-origin").expect(200).await;
    assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
    assert_eq!(reply.header("access-control-allow-origin"), None);
}

/// C6, I3: the widgets of a suspended or deleted company stop at the next request, and go on when it is opened again.
#[tokio::test]
async fn the_widgets_of_a_closed_company_stop() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let config = stack.server_config();
    let visitor = acme.visitor();
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let cookie = widget.cookie(&visitor).await;
    read(&visitor, &cookie, 200).await;
    for (verb, status, code) in
        [("suspend", 403, Code::CompanyClosed), ("delete", 404, Code::UnknownCompany)]
    {
        config.run(&["tenant", verb, "--slug", acme.slug.as_str()]).await.succeeded();
        read(&visitor, &cookie, status).await.problem(code);
        widget.open(&visitor, status).await.problem(code);
        visitor.get(&widget.page()).expect(404).await;
    }
    config.run(&["tenant", "open", "--slug", acme.slug.as_str()]).await.succeeded();
    read(&visitor, &cookie, 200).await;
}

/// C6: the bare host and an unknown host have no widgets.
#[tokio::test]
async fn a_widget_belongs_to_the_host_of_its_company() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let cookie = widget.cookie(&acme.visitor()).await;
    let bare = Actor::at(&stack.server, "");
    read(&bare, &cookie, 400).await.problem(Code::CompanyHostRequired);
    widget.open(&bare, 400).await.problem(Code::CompanyHostRequired);
    let empty: OutToday = read(&acme.visitor(), &cookie, 200).await.json();
    assert_eq!(empty.total, 1);
}
