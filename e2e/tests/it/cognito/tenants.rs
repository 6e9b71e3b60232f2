//! Two companies with an account of the same address each.

use e2e::PASSWORD;
use serde_json::{Value, json};

use super::{CLIENT, Tokens, administration::World, by_password, get_user, renew};

const ADDRESS: &str = "both@people.example";

/// T1, T6: one address at two companies is two accounts. The password, client, token and key of one company are refused at the other.
#[tokio::test]
async fn one_address_at_two_tenants_is_two_accounts() {
    let world = World::fresh().await;
    let client = e2e::CognitoClient::at(&world.node);
    let mut people = Vec::new();
    for (company, key, password) in [
        (&world.acme, &world.key, "password-at-acme"),
        (&world.betaco, &world.their_key, "password-at-betaco"),
    ] {
        let pool = &key.pool;
        let create =
            json!({ "UserPoolId": pool, "Username": ADDRESS, "TemporaryPassword": PASSWORD });
        let created = client.signed(key, "AdminCreateUser", &create).expect(200).await.operation();
        let set = json!({
            "UserPoolId": pool, "Username": ADDRESS, "Password": password, "Permanent": true,
        });
        client.signed(key, "AdminSetUserPassword", &set).expect(200).await;
        people.push((
            company.application(CLIENT).await,
            password,
            created["User"]["Username"].clone(),
        ));
    }
    let [(ours, our_password, our_id), (theirs, their_password, their_id)] = &people[..] else {
        panic!("two")
    };
    assert_ne!(our_id, their_id);
    for (application, password) in [(ours, their_password), (theirs, our_password)] {
        let refused = by_password(&client, application, ADDRESS, password).expect(400).await;
        refused.exception("NotAuthorizedException");
    }
    let sign_in = async |application, password| {
        let reply = by_password(&client, application, ADDRESS, password).expect(200).await;
        Tokens::of(&reply.operation())
    };
    let (mine, yours) = (sign_in(ours, our_password).await, sign_in(theirs, their_password).await);
    let user = async |tokens: &Tokens| -> Value {
        get_user(&client, &tokens.access).expect(200).await.operation()["Username"].clone()
    };
    assert_eq!((&user(&mine).await, &user(&yours).await), (our_id, their_id));
    // The id of BetaCo's account is unknown at Acme's client, even with the right password.
    let id = their_id.as_str().unwrap();
    by_password(&client, ours, id, their_password).expect(400).await;
    renew(&client, ours, &yours.refresh).expect(400).await.exception("NotAuthorizedException");
    // Acme's administrator disables Acme's account only.
    let named = json!({ "UserPoolId": world.key.pool, "Username": ADDRESS });
    client.signed(&world.key, "AdminDisableUser", &named).expect(200).await;
    mine.assert_revoked(ours, &[&client]).await;
    assert_eq!(&user(&yours).await, their_id);
    renew(&client, theirs, &yours.refresh).expect(200).await;
}
