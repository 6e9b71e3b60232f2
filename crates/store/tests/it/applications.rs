//! Stored applications: older redirect URIs that are not allowed any more, and the rule for public clients.

use store::{Error, NewAppClient};
use uuid::Uuid;

use crate::{
    company::Company,
    stack::with_stack,
    tokens::{Client, client},
};

/// T7: a stored URI that could not be registered today is left out. The application keeps its other URIs, and other applications are not affected.
#[test]
fn an_outdated_redirect_uri_is_left_out_and_nothing_else() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let company = Company::fresh(&store, 4).await;
        let (odd, other) = (Client::of(&store, &company).await, Client::of(&store, &company).await);
        let sql = format!(
            "update platform.app_client
                set redirect_uris = redirect_uris || '{{https://münchen.example/cb,\"https://rp.example/cb \",http://rp.example/cb}}'::text[],
                    logout_uris = '{{javascript:alert(1)}}'
              where id = '{}'",
            odd.id
        );
        stack.superuser("watertight").await.run(&sql).await;
        let known = store.app_clients().await.expect("every application is read");
        let of = |client: &Client| {
            let found = known.iter().find(|known| known.client.id == client.id);
            found.expect("it is there").client.clone()
        };
        let expected = client(odd.id.clone()).redirect_uris;
        assert_eq!((of(&odd).redirect_uris, of(&odd).logout_uris), (expected.clone(), Vec::new()));
        assert_eq!(of(&other).redirect_uris, expected);
    });
}

/// G14: PostgreSQL stores no public client without refresh token rotation.
#[test]
fn a_public_client_without_rotation_is_not_stored() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let company = Company::fresh(&store, 4).await;
        let id = || Uuid::new_v4().simple().to_string().parse().expect("a client id");
        let public = NewAppClient { rotates: false, ..client(id()) };
        let refused = store
            .put_app_client(company.tenant, public)
            .await
            .expect_err("a public client must rotate");
        assert!(
            matches!(&refused, Error::Conflict { constraint } if constraint == "app_client_public_rotates"),
            "{refused:?}"
        );
        let secret = Some(([1; 32], vec![1]));
        let confidential = NewAppClient { rotates: false, secret, ..client(id()) };
        store.put_app_client(company.tenant, confidential).await.expect("it has a secret");
    });
}
