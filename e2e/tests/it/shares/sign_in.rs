//! A flood of sign-ins, which uses the places at the hashing threads.

use api_types::{Code, paths};
use domain::Role;
use e2e::{Company, PASSWORD};

use super::{Flood, count, refused_anywhere, stack, wait_until_share_is_full};

/// The number of requests: more than the places at the hashing threads of any machine that runs the tests.
const FLOOD: usize = 300;

/// G3, O7: a flood of sign-ins at one company is refused with 429 and `Retry-After`. Meanwhile every sign-in and every request at another company is
/// answered, and the flooded company signs in again when the flood is over.
#[tokio::test]
async fn a_flood_of_sign_ins_at_one_tenant_keeps_no_other_tenant_out() {
    let own = stack().await;
    let [acme, betaco] = Company::pair(own).await;
    // The test must use up the hashing places, not the limits on wrong passwords.
    let limits = ["ACCOUNT_ADDRESS", "ACCOUNT", "ADDRESS"];
    let config = limits.iter().fold(own.server_config(), |config, limit| {
        config.with(&format!("WATERTIGHT_LIMIT_{limit}"), "1000/1")
    });
    let server = config.start().await;
    let (visitor, neighbour) = (acme.visitor_on(&server), betaco.visitor_on(&server));
    // Every sign-in takes its place before it queries PostgreSQL, and keeps it until PostgreSQL answers.
    let hold = own.db_hold(&acme).await;
    let flood =
        Flood::of((0..FLOOD).map(|_| visitor.sign_in(&acme.email_of(Role::HrAdmin), "wrong")));
    wait_until_share_is_full(&server, "hashing", &acme.tenant.to_string()).await;

    for role in Role::ALL {
        let sign_in = neighbour.sign_in(&betaco.email_of(role), PASSWORD).without_retry();
        let session = sign_in.expect(201).await.session_cookie().value;
        let person = neighbour.clone().with_session(&session);
        person.get(paths::EMPLOYEES).without_retry().expect(200).await;
    }
    hold.release().await;
    let replies = flood.replies().await;
    let shed = replies.iter().filter(|reply| reply.status == 429);
    for reply in shed {
        reply.problem(Code::TooManyRequests);
        assert!(reply.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    }
    // Requests with a place waited longer than allowed for a connection (503), or their passwords were checked (401).
    let [shed, checked, late] = [429, 401, 503].map(|status| count(&replies, status));
    assert!(shed > 0 && checked + late > 0, "{shed} refused, {checked} checked, {late} late");
    assert_eq!(shed + checked + late, FLOOD);
    assert_eq!(refused_anywhere(&server, &betaco.tenant.to_string()).await, 0);
    visitor.sign_in(&acme.email_of(Role::HrAdmin), PASSWORD).expect(201).await;
}
