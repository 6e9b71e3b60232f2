//! Tests of the directory of companies.

use domain::{TenantId, TenantSlug, TenantStatus};
use share::Holder;
use store::Error;
use uuid::Uuid;

use crate::{company::Company, stack::with_stack};

#[test]
fn a_tenant_is_found_by_its_slug_in_every_status() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 1).await;
        for status in [TenantStatus::Suspended, TenantStatus::Deleted, TenantStatus::Active] {
            store.set_tenant_status(acme.tenant, status).await.expect("set");
            let found = store
                .tenant_by_slug(Holder::Node, &acme.slug)
                .await
                .expect("an answer")
                .expect("there");
            assert_eq!((found.id, &found.slug, found.status), (acme.tenant, &acme.slug, status));
            let settings = store.tenant_settings(acme.tenant).await.expect("an answer");
            assert_eq!(settings.map(|settings| settings.status), Some(status));
            let active = store
                .tenants(Holder::Node)
                .await
                .expect("an answer")
                .iter()
                .any(|tenant| tenant.id == acme.tenant);
            assert_eq!(active, status == TenantStatus::Active);
        }
    });
}

#[test]
fn a_slug_is_taken_once() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let acme = Company::fresh(&store, 1).await;
        let again = store.create_tenant(&acme.slug, "Another").await;
        assert!(matches!(again, Err(Error::SlugTaken)), "{again:?}");
    });
}

#[test]
fn an_unknown_tenant_is_not_found() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let slug: TenantSlug = format!("no{}", Uuid::new_v4().simple()).parse().expect("a label");
        assert_eq!(store.tenant_by_slug(Holder::Node, &slug).await.expect("an answer"), None);
        let id = TenantId::from_uuid(Uuid::new_v4());
        assert_eq!(store.tenant_settings(id).await.expect("an answer"), None);
    });
}

/// Rows cannot belong to a company that is not in the directory.
#[test]
fn rows_of_an_unknown_tenant_are_refused() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let mut stranger = Company::fresh(&store, 3).await;
        stranger.tenant = TenantId::from_uuid(Uuid::new_v4());
        let added = store.add_tenant_rows(&stranger.maintenance(), &stranger.rows).await;
        assert!(matches!(added, Err(Error::Conflict { .. })), "{added:?}");
    });
}

#[test]
fn a_tenant_is_added_completely_or_not_at_all() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let mut acme = Company::fresh(&store, 3).await;
        store.remove_tenant_rows(&acme.maintenance()).await.expect("removed");
        acme.rows.accounts[1].email = acme.rows.accounts[0].email.clone();
        let added = store.add_tenant_rows(&acme.maintenance(), &acme.rows).await;
        assert!(
            matches!(&added, Err(Error::Conflict { constraint }) if constraint == "account_email_key"),
            "{added:?}"
        );
        assert!(
            store.list_departments(&acme.maintenance()).await.expect("an answer").items.is_empty()
        );
    });
}
