//! I4: one company never sees another's rows, with either lock alone. The same test cases run four times.

mod control;
mod links;
mod onboarding;
mod policy;
mod sources;
mod suite;
mod tokens;
mod totals;
mod twins;
mod unlocked;
pub(crate) mod widgets;
mod writes;

/// All test cases of the suite.
mod test_cases {
    pub(super) use super::{
        links::*, onboarding::*, suite::*, tokens::*, totals::*, twins::*, widgets::*, writes::*,
    };
}

use lab::{Faults, Lock};
use store::Store;

use crate::stack::Stack;

/// Declares a test for every test case, with a store made by `$store`.
macro_rules! runs {
    ($store:ident: $($test_case:ident)*) => {
        $(#[test]
        fn $test_case() {
            crate::stack::with_stack(async |stack| super::test_cases::$test_case(&super::$store(stack).await).await);
        })*
    };
}

/// Declares the four runs of the suite.
macro_rules! four_runs {
    ($($test_case:ident)*) => {
        /// I4: with both locks, as in production.
        mod with_filter_and_policy {
            runs!(as_the_app: $($test_case)*);
        }
        /// I4: as a role that bypasses row-level security, so only the filter is left.
        mod with_the_filter_alone {
            runs!(as_a_bypassing_role: $($test_case)*);
        }
        /// I4: the same while the setting names another tenant: no statement takes its tenant from the setting.
        mod with_the_filter_alone_and_a_wrong_setting {
            runs!(with_a_wrong_setting: $($test_case)*);
        }
        /// I4: with the filter switched off, so only the policy is left.
        mod with_the_policy_alone {
            runs!(without_the_filter: $($test_case)*);
        }
    };
}

four_runs! {
    a_list_contains_own_rows_in_every_order
    a_search_finds_no_row_of_another_tenant
    a_foreign_department_or_location_matches_no_row
    a_foreign_employee_is_not_found
    a_foreign_manager_id_has_an_empty_subtree
    only_own_departments_and_locations_are_listed
    one_address_signs_in_at_each_tenant_with_its_own_account
    an_address_of_another_tenant_does_not_sign_in
    a_demonstration_shows_own_employees_and_accounts
    an_account_of_another_tenant_is_not_found
    removing_a_tenant_does_not_change_the_other
    twins_with_the_same_ids_are_listed_apart
    twins_with_the_same_ids_are_found_apart
    twins_with_the_same_ids_sign_in_apart
    twins_with_the_same_ids_are_written_apart
    no_row_of_another_tenant_is_written
    a_write_cannot_reference_another_tenant
    values_used_by_another_tenant_are_free
    twins_with_the_same_ids_refresh_apart
    expired_families_are_swept_apart
    twins_with_the_same_code_spend_it_apart
    twins_sign_out_of_one_sign_in_apart
    twins_with_the_same_ids_are_people_apart
    only_own_mails_and_reset_codes_are_found
    a_password_is_replaced_and_a_code_mailed_apart
    a_challenge_is_answered_once_at_each_tenant
    a_ticket_gives_one_code_at_each_tenant
    twins_remember_a_device_apart
    twins_with_the_same_widget_id_are_apart
    twins_keep_drafts_with_the_same_digest_apart
    twins_adopt_drafts_and_save_forms_apart
    twins_seal_onboarding_forms_anew_apart
    totals_are_right_after_every_write
    a_tenant_removed_and_added_again_has_the_same_totals
    twins_with_the_same_ids_are_sealed_anew_apart
    twins_with_the_same_ids_are_linked_apart
    a_link_to_an_account_of_another_tenant_is_refused
    a_link_shows_the_state_of_its_account
}

async fn as_the_app(stack: &Stack) -> Store {
    stack.store().await
}

async fn as_a_bypassing_role(stack: &Stack) -> Store {
    stack.store_as("lab_bypass", "watertight").await
}

async fn without_the_filter(stack: &Stack) -> Store {
    let faults = Faults::default();
    faults.switch_off(Lock::Filter);
    stack.store().await.with_faults(faults)
}

async fn with_a_wrong_setting(stack: &Stack) -> Store {
    let faults = Faults::default();
    faults.switch_off(Lock::Setting);
    stack.store_as("lab_bypass", "watertight").await.with_faults(faults).without_comparison()
}
