//! C6: widgets: which actors may create and read them, how many there may be, and what a list contains.

use domain::{EmploymentStatus, Role, WidgetId};
use futures_util::future::join_all;
use store::{Error, Store, WriteRefusal};
use uuid::Uuid;

use crate::{
    company::Company,
    isolation::widgets::{context_of, new_widget},
    stack::with_stack,
};

const SITE: &str = "https://intranet.example";

fn random_id() -> WidgetId {
    WidgetId::from_uuid(Uuid::new_v4())
}

/// Creates a widget as the HR admin.
async fn create(store: &Store, company: &Company) -> Result<WidgetId, Error> {
    let (new, _) = new_widget(random_id(), SITE);
    let admin = company.as_role(Role::HrAdmin).await;
    store.create_widget(&admin, new).await.map(|widget| widget.id)
}

/// C6: of concurrent requests twenty create a widget. After one is removed, one more can be created.
#[test]
fn a_company_has_at_most_twenty_widgets() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 5).await;
        let created = join_all((0..23).map(|_| create(&store, &acme))).await;
        let ids: Vec<WidgetId> =
            created.iter().filter_map(|one| one.as_ref().ok().copied()).collect();
        assert_eq!(ids.len(), 20, "{created:?}");
        for refused in created.iter().filter_map(|one| one.as_ref().err()) {
            assert!(matches!(refused, Error::Refused(WriteRefusal::TooManyWidgets)), "{refused:?}");
        }
        let admin = acme.as_role(Role::HrAdmin).await;
        assert!(store.remove_widget(&admin, ids[0]).await.expect("an answer"));
        create(&store, &acme).await.expect("there is room again");
        assert_eq!(store.list_widgets(&admin).await.expect("a list").len(), 20);
    });
}

/// C6: only a widget reads the list, and a widget writes nothing. A user whose role does not allow changes creates no widget.
#[test]
fn a_widget_reads_its_list_and_nothing_else_does() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 20).await;
        let id = create(&store, &acme).await.expect("it is created");
        for role in Role::ALL {
            let context = acme.as_role(role).await;
            assert_eq!(store.out_today(&context).await.expect("an answer"), None, "{role:?}");
        }
        assert_eq!(store.out_today(&acme.maintenance()).await.expect("an answer"), None);
        assert_eq!(
            store.out_today(&context_of(&acme, random_id())).await.expect("an answer"),
            None
        );
        let widget = context_of(&acme, id);
        assert!(store.out_today(&widget).await.expect("an answer").is_some());
        let page = store.list_employees(&widget, &crate::company::everyone()).await;
        assert_eq!(page.expect("a list").total, 0, "a widget sees no employee record");
        for context in [widget, acme.as_role(Role::Manager).await] {
            let (new, _) = new_widget(random_id(), SITE);
            for refused in [
                store.create_widget(&context, new).await.map(drop),
                store.remove_widget(&context, id).await.map(drop),
            ] {
                assert!(matches!(refused, Err(Error::Refused(WriteRefusal::NotPermitted))));
            }
        }
    });
}

/// C6: people are listed by department and name, at most 200, and the total counts all. Nobody who is at work or has left is listed.
#[test]
fn a_long_list_is_cut_and_counted() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let mut acme = Company::fresh(&store, 260).await;
        store.remove_tenant_rows(&acme.maintenance()).await.expect("they are removed");
        for new in acme.rows.employees.iter_mut().skip(10) {
            (new.status, new.ended_on) = (EmploymentStatus::OnLeave, None);
        }
        store.add_tenant_rows(&acme.maintenance(), &acme.rows).await.expect("the rows fit");
        let id = create(&store, &acme).await.expect("it is created");
        let out =
            store.out_today(&context_of(&acme, id)).await.expect("an answer").expect("a list");
        let listed: usize = out.list.departments.iter().map(|one| one.people.len()).sum();
        let before = acme.rows.employees.iter().take(10);
        let before = before.filter(|new| new.status == EmploymentStatus::OnLeave).count();
        assert_eq!((out.list.total, listed, out.ids.len()), (250 + before as u64, 200, 200));
        let names: Vec<&String> = out.list.departments.iter().map(|one| &one.department).collect();
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(names, unique, "each department is listed once");
    });
}
