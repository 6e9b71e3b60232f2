//! The positive control: with both locks off, rows of the other company do come back, so the suite would notice a leak.

use domain::Role;
use lab::{Faults, Lock};
use store::Error;

use crate::{
    company::{Company, everyone},
    stack::with_stack,
};

/// I4: with neither filter nor policy, foreign rows come back from the database. The store does not return them, because each row carries its tenant and is
/// checked, even a row that is only counted (the lock Stamp).
#[test]
fn without_filter_and_policy_the_stamp_stops_foreign_rows() {
    with_stack(async |stack| {
        let faults = Faults::default();
        let store = stack.store_as("lab_bypass", "watertight").await.with_faults(faults.clone());
        let [acme, betaco] = Company::pair(&store, 31).await;
        let admin = acme.as_role(Role::HrAdmin).await;
        let honest = store.demo_tenant(acme.tenant).await.expect("an answer").headcount;

        faults.switch_off(Lock::Filter);
        let leaked = store.list_employees(&admin, &everyone()).await;
        assert!(matches!(leaked, Err(Error::ForeignRow)), "{leaked:?}");
        let stranger = store.find_employee(&admin, betaco.rows.employees[5].id).await;
        assert!(matches!(stranger, Err(Error::ForeignRow)), "{stranger:?}");
        let counted = store.demo_tenant(acme.tenant).await;
        assert!(matches!(counted, Err(Error::ForeignRow)), "{counted:?}");

        faults.switch_on(Lock::Filter);
        assert_eq!(store.demo_tenant(acme.tenant).await.expect("an answer").headcount, honest);
        assert!(store.list_employees(&admin, &everyone()).await.is_ok());
    });
}
