//! The device cookie: strangers who guess do not slow down an owner whose device signed in before.

use domain::Role;
use e2e::{Company, PASSWORD, Reply, Request, Server, Stack};

use super::{config, exhaust, guess, retry_after};

fn on_device(
    company: &Company,
    server: &Server,
    device: &str,
    who: Role,
    password: &str,
) -> Request {
    let cookie = format!("{}={device}", Reply::DEVICE_COOKIE);
    guess(company, server, &company.email_of(who), password).cookie(&cookie)
}

/// G2, C1: the device cookie has exactly its declared attributes and length, and does not replace a session.
#[tokio::test]
async fn a_device_cookie_has_exactly_its_attributes_and_is_no_session() {
    let acme = Company::fresh(Stack::get().await).await;
    let email = acme.email_of(Role::HrAdmin);
    let device = acme.visitor().sign_in(&email, PASSWORD).expect(201).await.device_cookie();
    assert_eq!(device.attributes(), "httponly; max-age=15552000; path=/; samesite=Strict; secure");
    assert_eq!(device.value.len(), 75);
    let cookie = format!("{}={}", Reply::DEVICE_COOKIE, device.value);
    acme.visitor().get(api_types::paths::SESSION).cookie(&cookie).expect(401).await;
}

/// G2: a stranger who guesses at an account slows down other strangers, and not the owner on a device that signed in to it before.
#[tokio::test]
async fn an_owner_on_a_known_device_is_not_slowed_down_by_strangers() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_ACCOUNT_ADDRESS", "3/600")]);
    let ([acme, betaco], node) = tokio::join!(Company::pair(stack), config.start());
    let device_of = async |company: &Company, who: Role| {
        let signed_in = guess(company, &node, &company.email_of(who), PASSWORD).expect(201).await;
        signed_in.device_cookie().value
    };
    let own = device_of(&acme, Role::Employee).await;
    let colleagues = device_of(&acme, Role::Manager).await;
    let foreign = device_of(&betaco, Role::Employee).await;
    exhaust(&acme, &node, &acme.email_of(Role::Employee), 3).await;
    let changed = format!("{}{}", if own.starts_with('A') { "B" } else { "A" }, &own[1..]);
    for other in [&colleagues, &foreign, &changed, &String::new()] {
        on_device(&acme, &node, other, Role::Employee, PASSWORD).expect(429).await;
    }
    let twice = format!("{own}; {}={own}", Reply::DEVICE_COOKIE);
    on_device(&acme, &node, &twice, Role::Employee, PASSWORD).expect(429).await;
    let again = on_device(&acme, &node, &own, Role::Employee, PASSWORD).expect(201).await;
    let renewed = again.device_cookie().value;
    on_device(&acme, &node, &renewed, Role::Employee, PASSWORD).expect(201).await;
}

/// G2: a known device has a limit of its own, which a new cookie of the same device does not reset.
#[tokio::test]
async fn a_known_device_has_a_limit_of_its_own() {
    let stack = Stack::get().await;
    let config = config(stack, &[("WATERTIGHT_LIMIT_DEVICE", "2/600")]);
    let (acme, node) = tokio::join!(Company::fresh(stack), config.start());
    let first = guess(&acme, &node, &acme.email_of(Role::Employee), PASSWORD).expect(201).await;
    let device = first.device_cookie().value;
    on_device(&acme, &node, &device, Role::Employee, "wrong").expect(401).await;
    let renewed = on_device(&acme, &node, &device, Role::Employee, PASSWORD).expect(201).await;
    let renewed = renewed.device_cookie().value;
    on_device(&acme, &node, &renewed, Role::Employee, "wrong").expect(401).await;
    let refused = on_device(&acme, &node, &device, Role::Employee, PASSWORD).expect(429).await;
    assert!(retry_after(&refused) <= 600);
    // On an unknown device the owner counts as a stranger, and no stranger has guessed.
    guess(&acme, &node, &acme.email_of(Role::Employee), PASSWORD).expect(201).await;
}
