//! G5: a change of an application affects only the named settings, and removing it removes its codes and families.

use chrono::{TimeDelta, Utc};
use domain::{ClientId, OriginId};
use store::{Error, NewAppClient, Redeemed, Refreshed, Store};
use uuid::Uuid;

use crate::{
    company::Company,
    stack::with_stack,
    tokens::{Client, client, refreshed},
};

/// The application as stored; `None` if there is none.
async fn stored(store: &Store, id: &ClientId) -> Option<NewAppClient> {
    let all = store.app_clients().await.expect("a list");
    all.into_iter().map(|known| known.client).find(|known| known.id == *id)
}

/// G5: a family ends as the application's current setting says, but never later than it would have ended when it began.
#[test]
fn a_family_lives_no_longer_than_the_current_setting() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let company = Company::fresh(&store, 4).await;
        let mut client = Client::of(&store, &company).await;
        let mut family = client.family(
            OriginId::from_uuid(Uuid::now_v7()),
            company.rows.accounts[0].id,
            [1; 32],
        );
        family.authenticated_at = Utc::now() - TimeDelta::hours(2);
        family.expires_at = Utc::now() + TimeDelta::hours(2);
        assert!(store.start_family(company.tenant, family).await.expect("an answer").is_some());
        for (hours, good) in [(1, false), (3, true), (2, false), (100, true)] {
            client.lifetime = TimeDelta::hours(hours);
            let shown = refreshed(&store, &client, [1; 32]).await;
            assert_eq!(matches!(shown, Refreshed::Good(_)), good, "{hours} hours: {shown:?}");
        }
    });
}

/// G5: removing an application removes its codes and families at once, but none of another company's. Another company cannot remove it.
#[test]
fn removing_an_application_removes_its_codes_and_families() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, 12).await;
        let [ours, theirs] = [Client::of(&store, &acme).await, Client::of(&store, &betaco).await];
        let account = acme.rows.accounts[0].id;
        for client in [&ours, &theirs] {
            let family = client.family(OriginId::from_uuid(Uuid::now_v7()), account, [1; 32]);
            assert!(store.start_family(client.tenant, family).await.expect("an answer").is_some());
            assert!(
                store
                    .create_code(client.tenant, client.code([2; 32], account))
                    .await
                    .expect("kept")
            );
        }
        let remove = async |tenant, id: &ClientId| {
            store.remove_app_client(tenant, id.clone()).await.expect("an answer")
        };
        assert!(!remove(betaco.tenant, &ours.id).await, "it belongs to another company");
        let before = store.pools_version().await.expect("a number");
        assert!(remove(acme.tenant, &ours.id).await);
        assert!(store.pools_version().await.expect("a number") > before, "nodes see a new version");
        assert!(!remove(acme.tenant, &ours.id).await);
        assert!(stored(&store, &ours.id).await.is_none());
        // They are also gone for a new application with the same id.
        store.put_app_client(acme.tenant, client(ours.id.clone())).await.expect("it is new");
        for (client, good) in [(&ours, false), (&theirs, true)] {
            let shown = refreshed(&store, client, [1; 32]).await;
            assert_eq!(matches!(shown, Refreshed::Good(_)), good, "{shown:?}");
            let family = OriginId::from_uuid(Uuid::now_v7());
            let spent = store.spend_code(client.tenant, [2; 32], family).await.expect("an answer");
            assert_eq!(matches!(spent, Redeemed::Good(_)), good, "{spent:?}");
        }
    });
}

/// G5: a change starts from the stored application, two concurrent changes are both kept, and a refused change writes nothing.
#[test]
fn a_change_starts_from_the_stored_application() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let [acme, betaco] = Company::twins(&store, 12).await;
        let id = Client::of(&store, &acme).await.id;
        let add = async |uri: String| {
            let change = move |known: Option<NewAppClient>| {
                let mut client = known.expect("it is there");
                client.redirect_uris.push(uri.parse().expect("an address"));
                Ok::<_, ()>(client)
            };
            store
                .change_app_client(acme.tenant, id.clone(), change)
                .await
                .expect("done")
                .expect("ok")
        };
        let all = (0..8).map(|number| add(format!("https://app.example/{number}")));
        futures_util::future::join_all(all).await;
        assert_eq!(stored(&store, &id).await.expect("it is there").redirect_uris.len(), 9);
        let refused = store.change_app_client(acme.tenant, id.clone(), |_| Err("no")).await;
        assert_eq!(refused.expect("an answer").err(), Some("no"));
        assert_eq!(stored(&store, &id).await.expect("it is there").redirect_uris.len(), 9);
        let change = |known: Option<NewAppClient>| known.ok_or("the change is refused");
        let foreign = store.change_app_client(betaco.tenant, id.clone(), change).await;
        assert!(matches!(foreign, Err(Error::ClientTaken)), "{foreign:?}");
        let id: ClientId = Uuid::new_v4().simple().to_string().parse().expect("it is one");
        let fresh = client(id.clone());
        let add = move |known: Option<NewAppClient>| {
            assert!(known.is_none());
            Ok::<_, ()>(fresh)
        };
        store.change_app_client(acme.tenant, id.clone(), add).await.expect("done").expect("ok");
        assert!(stored(&store, &id).await.is_some());
    });
}
