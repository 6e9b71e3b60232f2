//! G4: the re-authentication ticket is bound to its request and account, and gives one code.

use domain::Role;
use e2e::{Actor, Application, Company, Pkce, Request, SentTo, Stack};
use futures_util::future::join_all;

use super::application;

/// The address, with a ticket, that the sign-in page leads back to.
fn return_address(sent: &SentTo) -> String {
    assert_eq!(sent.address, "/sign-in", "{sent:?}");
    assert!(sent.parameters["next"].contains("&signed_in_after="), "{sent:?}");
    sent.parameters["next"].clone()
}

fn gives_a_code(sent: &SentTo) -> bool {
    sent.parameters.contains_key("code")
}

async fn sent(request: Request) -> SentTo {
    request.expect(303).await.sent_to()
}

/// The ticket of an address.
fn ticket(address: &str) -> &str {
    address.rsplit_once('=').unwrap().1
}

/// An authorization request that requires a new sign-in, and the address that the sign-in page leads this user back to.
async fn reauthentication_request(
    app: &Application,
    person: &Actor,
    pkce: &Pkce,
) -> (String, String) {
    let request = app.authorize(pkce, &[("prompt", "login"), ("nonce", "first")]);
    let back = return_address(&sent(person.get(&request)).await);
    (request, back)
}

/// G4: a ticket is refused with any request but its own: another state, nonce, challenge, scope, prompt, `max_age`, redirect address or client.
#[tokio::test]
async fn a_ticket_is_refused_with_another_request() {
    let acme = Company::fresh(Stack::get().await).await;
    let two = "--redirect-uri https://app.example/other";
    let (app, other) = (application(&acme, two).await, application(&acme, "").await);
    let pkce = Pkce::fresh();
    let (request, back_to) = reauthentication_request(&app, &acme.hr_admin().await, &pkce).await;
    let (after, ticket) = (acme.hr_admin().await, ticket(&back_to));
    let own = [("prompt", "login"), ("nonce", "first")];
    let challenge = Pkce::fresh().challenge;
    for changed in [
        ("state", "another"),
        ("state", ""),
        ("nonce", "second"),
        ("nonce", ""),
        ("code_challenge", challenge.as_str()),
        ("scope", "openid"),
        ("prompt", "login consent"),
        ("prompt", "select_account"),
        ("max_age", "0"),
        ("redirect_uri", "https://app.example/other"),
        ("client_id", other.id.as_str()),
        ("login_hint", "somebody"),
    ] {
        let kept = own.into_iter().filter(|(name, _)| *name != changed.0);
        let parameters: Vec<_> = kept.chain([changed]).collect();
        let address = format!("{}&signed_in_after={ticket}", app.authorize(&pkce, &parameters));
        let sent = sent(after.get(&address)).await;
        assert!(!gives_a_code(&sent), "{changed:?}");
    }
    // The refusals do not use the ticket up.
    let address = format!("{request}&signed_in_after={ticket}");
    assert!(gives_a_code(&sent(after.get(&address)).await));
}

/// G4: of many requests with one ticket, on two nodes, one gets a code. The others lead to a new sign-in with another ticket.
#[tokio::test]
async fn a_ticket_gives_one_code_on_all_nodes_together() {
    let stack = Stack::get().await;
    let second = stack.second_node().await;
    let acme = Company::fresh(stack).await;
    let app = application(&acme, "").await;
    let pkce = Pkce::fresh();
    let (_, back_to) = reauthentication_request(&app, &acme.hr_admin().await, &pkce).await;
    let after = acme.hr_admin().await;
    let nodes = [after.clone(), after.clone().on(&second)];
    let all = join_all((0..8).map(|at| sent(nodes[at % 2].get(&back_to)))).await;
    let codes = all.iter().filter(|sent| gives_a_code(sent)).count();
    assert_eq!(codes, 1, "{all:?}");
    for node in &nodes {
        return_address(&sent(node.get(&back_to)).await);
    }
    // The next ticket is for a sign-in after this one.
    let next = return_address(&sent(after.get(&back_to)).await);
    return_address(&sent(after.get(&next)).await);
    assert!(gives_a_code(&sent(acme.hr_admin().await.get(&next)).await));
}

/// G4: a ticket that was made while one account was signed in is refused with another account. `select_account` lets the user change accounts.
#[tokio::test]
async fn a_ticket_is_bound_to_the_account_that_was_signed_in() {
    let acme = Company::fresh(Stack::get().await).await;
    let (app, pkce) = (application(&acme, "").await, Pkce::fresh());
    let (_, of_admin) = reauthentication_request(&app, &acme.hr_admin().await, &pkce).await;
    let manager = acme.actor(Role::Manager).await;
    let of_manager = return_address(&sent(manager.get(&of_admin)).await);
    assert!(gives_a_code(&sent(acme.manager().await.get(&of_manager)).await));
    assert!(gives_a_code(&sent(acme.hr_admin().await.get(&of_admin)).await));

    let choose = app.authorize(&pkce, &[("prompt", "select_account")]);
    let of_anyone = return_address(&sent(acme.hr_admin().await.get(&choose)).await);
    assert!(gives_a_code(&sent(acme.manager().await.get(&of_anyone)).await));
}

/// G4: a ticket of one company is refused at another, whatever else is the same.
#[tokio::test]
async fn a_ticket_is_refused_at_another_tenant() {
    let [acme, betaco] = Company::pair(Stack::get().await).await;
    let (ours, theirs) = (application(&acme, "").await, application(&betaco, "").await);
    let pkce = Pkce::fresh();
    let (_, back_to) = reauthentication_request(&ours, &acme.visitor(), &pkce).await;
    let elsewhere = back_to
        .replace(ours.pool.as_str(), theirs.pool.as_str())
        .replace(ours.id.as_str(), theirs.id.as_str());
    assert!(!gives_a_code(&sent(betaco.hr_admin().await.get(&elsewhere)).await));
    assert!(gives_a_code(&sent(acme.hr_admin().await.get(&back_to)).await));
}
