//! C6: an HR admin creates and removes widgets, and no other role does.

use api_types::{Code, FieldCode, NewSession, WidgetList, paths};
use domain::Role;
use e2e::{Actor, Company, PASSWORD, Stack, Widget, new_widget, open_widget};
use reqwest::Method;

use super::{SITE, read};

/// C6: every other role is refused, with the same reply for a widget that exists and one that does not.
#[tokio::test]
async fn only_an_hr_admin_manages_widgets() {
    let acme = Company::fresh(Stack::get().await).await;
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let paths = [widget.path(), paths::widget(domain::WidgetId::from_uuid(uuid::Uuid::new_v4()))];
    let refused = async |actor: &Actor, status: u16, code: Code| {
        actor.get(paths::WIDGETS).expect(status).await.problem(code);
        let create = actor.request(Method::POST, paths::WIDGETS).json(&new_widget(SITE));
        create.expect(status).await.problem(code);
        for path in &paths {
            actor.request(Method::DELETE, path).expect(status).await.problem(code);
        }
    };
    for role in [Role::Manager, Role::Employee, Role::Auditor] {
        refused(&acme.actor(role).await, 403, Code::Forbidden).await;
    }
    refused(&acme.visitor(), 401, Code::NotSignedIn).await;
    let list: WidgetList = acme.hr_admin().await.get(paths::WIDGETS).expect(200).await.json();
    assert_eq!(list.items, [widget.created.widget]);
}

/// C6, I2: a widget cannot be listed, removed, opened or used at another company, in either direction.
#[tokio::test]
async fn a_widget_of_another_company_does_not_exist() {
    let trio = Company::trio(Stack::get().await).await;
    let mut widgets = Vec::new();
    for company in &trio {
        widgets.push(Widget::create(&company.hr_admin().await, SITE).await);
    }
    for (own, company) in trio.iter().enumerate() {
        let (admin, visitor) = (company.hr_admin().await, company.visitor());
        let list: WidgetList = admin.get(paths::WIDGETS).expect(200).await.json();
        assert_eq!(list.items, [widgets[own].created.widget.clone()]);
        for (other, widget) in widgets.iter().enumerate().filter(|(other, _)| *other != own) {
            let gone = admin.request(Method::DELETE, &widget.path()).expect(404).await;
            gone.problem(Code::NotFound);
            widget.open(&visitor, 401).await.problem(Code::WrongWidgetKey);
            let cookie = widget.cookie(&trio[other].visitor()).await;
            read(&visitor, &cookie, 401).await.problem(Code::NotSignedIn);
        }
        let cookie = widgets[own].cookie(&visitor).await;
        read(&visitor, &cookie, 200).await;
    }
}

/// C6: the reply is the same for a wrong key, for a widget that never existed or was removed, and for a malformed id or key.
#[tokio::test]
async fn the_reply_does_not_say_what_is_wrong_with_a_key() {
    let acme = Company::fresh(Stack::get().await).await;
    let (admin, visitor) = (acme.hr_admin().await, acme.visitor());
    let [widget, removed] =
        [Widget::create(&admin, SITE).await, Widget::create(&admin, SITE).await];
    admin.request(Method::DELETE, &removed.path()).expect(204).await;
    let (id, unknown) = (widget.created.widget.id.to_string(), uuid::Uuid::new_v4().to_string());
    let removed_id = removed.created.widget.id.to_string();
    let long = "A".repeat(44);
    let mut details = Vec::new();
    for (widget_id, key) in [
        (id.as_str(), removed.key()),
        (&id, ""),
        (&id, &long),
        (&unknown, widget.key()),
        (&removed_id, removed.key()),
        ("", widget.key()),
        ("x", widget.key()),
    ] {
        let reply = open_widget(&visitor, widget_id, key, 401).await;
        assert!(reply.set_cookies().is_empty() && reply.header("www-authenticate").is_some());
        details.push(reply.problem(Code::WrongWidgetKey).detail);
    }
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");
    widget.open(&visitor, 204).await;
}

/// C6, G2: wrong keys are counted for each client address and company. The right key is not counted.
#[tokio::test]
async fn wrong_keys_have_a_price() {
    let stack = Stack::get().await;
    let [acme, betaco] = Company::pair(stack).await;
    let config = stack.server_config().with("WATERTIGHT_LIMIT_WIDGET_KEY", "3/3600");
    let node = config.start().await;
    let admin = acme.actor_on(&node, Role::HrAdmin).await;
    let (widget, visitor) = (Widget::create(&admin, SITE).await, acme.visitor_on(&node));
    let id = widget.created.widget.id.to_string();
    for _right in 0..5 {
        widget.open(&visitor, 204).await;
    }
    for _wrong in 0..3 {
        open_widget(&visitor, &id, "wrong", 401).await;
    }
    let refused = open_widget(&visitor, &id, widget.key(), 429).await;
    refused.problem(Code::TooManyRequests);
    assert!(refused.header("retry-after").is_some());
    let other = Widget::create(&betaco.actor_on(&node, Role::HrAdmin).await, SITE).await;
    other.open(&betaco.visitor_on(&node), 204).await;
}

/// C6: invalid fields are named together, and a widget is for one site.
#[tokio::test]
async fn a_widget_is_for_one_site() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    let mut new = new_widget("https://*.example");
    new.name = " ".to_owned();
    let refused = admin.request(Method::POST, paths::WIDGETS).json(&new).expect(400).await;
    let errors = refused.problem(Code::InvalidField).errors;
    let errors: Vec<_> = errors.iter().map(|one| (one.field.as_str(), one.code)).collect();
    assert_eq!(errors, [("name", FieldCode::Missing), ("embedded_on", FieldCode::Malformed)]);
    let widget = Widget::create(&admin, " HTTPS://Intranet.Example:443/ ").await;
    assert_eq!(widget.created.widget.embedded_on, "https://intranet.example");
    let origin = acme.visitor().origin();
    assert!(widget.created.embed_url.contains(&widget.page()), "{}", widget.created.embed_url);
    assert!(origin.contains(acme.slug.as_str()));
}

/// C6: a company has at most twenty widgets.
#[tokio::test]
async fn the_twenty_first_widget_is_refused() {
    let acme = Company::fresh(Stack::get().await).await;
    let admin = acme.hr_admin().await;
    for _widget in 0..20 {
        Widget::create(&admin, SITE).await;
    }
    let refused = admin.request(Method::POST, paths::WIDGETS).json(&new_widget(SITE));
    refused.expect(409).await.problem(Code::TooManyWidgets);
    let list: WidgetList = admin.get(paths::WIDGETS).expect(200).await.json();
    assert_eq!(list.items.len(), 20);
}

/// C6: a session whose user entered the password long ago creates no widget. It still removes one.
#[tokio::test]
async fn a_new_widget_needs_a_fresh_password() {
    let stack = Stack::get().await;
    let acme = Company::fresh(stack).await;
    let widget = Widget::create(&acme.hr_admin().await, SITE).await;
    let (email, password) = (acme.email_of(Role::HrAdmin), PASSWORD.to_owned());
    let new = NewSession { email, password, remember_me: true };
    let visitor = acme.visitor();
    let signed_in = visitor.request(Method::POST, paths::SESSION).json(&new).with_retry();
    let cookies = signed_in.expect(201).await.set_cookies();
    let device = cookies.iter().find(|cookie| cookie.name == "__Host-remember").unwrap();
    let hour = "interval '1 hour'";
    let age = format!(
        "update remembered_device set authenticated_at = authenticated_at - {hour}, expires_at = expires_at - {hour} where tenant_id = '{}'",
        acme.tenant
    );
    stack.postgres.db_as_superuser(&age).await;
    let resumed = visitor.request(Method::POST, paths::REMEMBERED_SESSION);
    let resumed = resumed.cookie(&format!("{}={}", device.name, device.value)).expect(201).await;
    let admin = visitor.with_session(&resumed.session_cookie().value);
    let create = admin.request(Method::POST, paths::WIDGETS).json(&new_widget(SITE));
    create.expect(403).await.problem(Code::StepUpRequired);
    admin.request(Method::DELETE, &widget.path()).expect(204).await;
}
