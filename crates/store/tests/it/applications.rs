//! Applications as they are kept: addresses of before that cannot be used, and the rule for public clients.

use store::{Error, NewAppClient};
use uuid::Uuid;

use crate::{
    company::Company,
    stack::with_stack,
    tokens::{Client, client},
};

/// T7: a stored address that cannot be registered any more is left out; the application keeps its others, and every other application is read.
#[test]
fn an_address_of_before_is_left_out_and_nothing_else() {
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

/// G14: PostgreSQL keeps no public client whose refresh tokens are not replaced.
#[test]
fn a_public_client_that_does_not_rotate_is_not_kept() {
    with_stack(async |stack| {
        let store = stack.store().await;
        let company = Company::fresh(&store, 4).await;
        let id = || Uuid::new_v4().simple().to_string().parse().expect("a client id");
        let public = NewAppClient { rotates: false, ..client(id()) };
        let refused = store.put_app_client(company.tenant, public).await.expect_err("it is public");
        assert!(
            matches!(&refused, Error::Conflict { constraint } if constraint == "app_client_public_rotates"),
            "{refused:?}"
        );
        let secret = Some(([1; 32], vec![1]));
        let confidential = NewAppClient { rotates: false, secret, ..client(id()) };
        store.put_app_client(company.tenant, confidential).await.expect("it has a secret");
    });
}
