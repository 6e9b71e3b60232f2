//! Test cases that must hold with either lock alone: widgets of two companies with the same ids.

use chrono::Utc;
use domain::{EmploymentStatus, Role, TenantStatus, WidgetId};
use store::{NewWidget, PeopleOut, Store};
use tenancy::{TenantContext, WidgetGrant, WidgetKey};
use uuid::Uuid;

use super::suite::assert_only;
use crate::company::Company;

const PEOPLE: usize = 40;

/// A widget to create, and its key.
pub(crate) fn new_widget(id: WidgetId, site: &str) -> (NewWidget, WidgetKey) {
    let key = WidgetKey::random().expect("randomness");
    let name = domain::Line::parse("Intranet", domain::Line::LONGEST).expect("a line");
    let embedded_on = site.parse().expect("an origin");
    (NewWidget { id, name, embedded_on, key_digest: key.digest() }, key)
}

/// A context of a widget at a company, made as in production. The widget need not exist.
pub(crate) fn context_of(company: &Company, id: WidgetId) -> TenantContext {
    let key = WidgetKey::random().expect("randomness");
    let grant = WidgetGrant::for_key(company.tenant, id, &key.digest(), &key, Utc::now());
    let grant = grant.expect("the right key");
    TenantContext::from_widget(company.tenant, TenantStatus::Active, &grant).expect("they agree")
}

async fn out_today(store: &Store, company: &Company, id: WidgetId) -> Option<PeopleOut> {
    store.out_today(&context_of(company, id)).await.expect("an answer")
}

/// C6, I4: a widget of one tenant is not a widget of another, although both have the same id, and shows own people only.
pub(super) async fn twins_with_the_same_widget_id_are_apart(store: &Store) {
    let [acme, betaco] = Company::twins(store, PEOPLE).await;
    let id = WidgetId::from_uuid(Uuid::new_v4());
    let find = async |company: &Company| store.widget(company.tenant, id).await.expect("an answer");
    let admin = async |company: &Company| company.as_role(Role::HrAdmin).await;
    let (new, key) = new_widget(id, "https://intranet.acme.example");
    store.create_widget(&admin(&acme).await, new).await.expect("it is created");
    assert_eq!(find(&betaco).await, None);
    assert_eq!(out_today(store, &betaco, id).await, None);
    assert_eq!(store.list_widgets(&admin(&betaco).await).await.expect("a list"), []);
    assert!(!store.remove_widget(&admin(&betaco).await, id).await.expect("an answer"));
    let (new, other) = new_widget(id, "https://intranet.betaco.example");
    store.create_widget(&admin(&betaco).await, new).await.expect("the id is free here");
    for (own, foreign, key, site) in
        [(&acme, &betaco, &key, "acme"), (&betaco, &acme, &other, "betaco")]
    {
        let found = find(own).await.expect("a widget");
        assert_eq!(found.key_digest, key.digest());
        assert!(found.embedded_on.as_str().contains(site));
        assert_eq!(store.list_widgets(&admin(own).await).await.expect("a list").len(), 1);
        let out = out_today(store, own, id).await.expect("a list");
        let on_leave = own.rows.employees.iter();
        let on_leave = on_leave.filter(|new| new.status == EmploymentStatus::OnLeave).count();
        assert!(on_leave > 0, "the company has people on leave");
        assert_eq!((out.ids.len(), out.list.total), (on_leave, on_leave as u64));
        assert_only(own, foreign, &out.list);
    }
    assert!(store.remove_widget(&admin(&acme).await, id).await.expect("an answer"));
    assert_eq!((find(&acme).await, out_today(store, &acme, id).await), (None, None));
    assert!(find(&betaco).await.is_some() && out_today(store, &betaco, id).await.is_some());
}
