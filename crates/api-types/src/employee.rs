//! The fields of an employee in JSON: as clients read them, and as requests send them.
//!
//! In a request, ids, dates and addresses are text, and missing text is empty, so that the reply names all invalid fields at once, each with a hint
//! instead of a parser's message.

use chrono::NaiveDate;
use domain::{EmployeeId, EmployeeNumber, EmploymentStatus, Money, Version};
use serde::{Deserialize, Deserializer, Serialize};

use crate::DepartmentRef;

/// One employee in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeRow {
    /// The employee's id.
    pub id: EmployeeId,
    /// The number that the company gave the employee.
    pub number: EmployeeNumber,
    /// The employee's first name.
    pub first_name: String,
    /// The employee's last name.
    pub last_name: String,
    /// The work e-mail address.
    pub email: String,
    /// The title of the position.
    pub position: String,
    /// The employee's department.
    pub department: DepartmentRef,
    /// The work location, such as a city.
    pub location: String,
    /// The status of the employment.
    pub status: EmploymentStatus,
    /// First day of employment.
    pub started_on: NaiveDate,
    /// Yearly salary before tax; the field is absent unless the viewer may see salaries (row P3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salary: Option<Money>,
}

/// An employee, as the JSON of another employee refers to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeRef {
    /// The employee's id.
    pub id: EmployeeId,
    /// First and last name.
    pub name: String,
    /// The title of the position.
    pub position: String,
}

/// One employee with all fields that the viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmployeeView {
    /// The fields that the directory shows.
    #[serde(flatten)]
    pub row: EmployeeRow,
    /// The version of the employee. An edit sends it back in quotes, as `If-Match`.
    pub version: Version,
    /// The work telephone; empty if there is none.
    pub phone: String,
    /// Contracted hours per week, 0 to 168.
    pub weekly_hours: u8,
    /// Last day of employment, once it is known.
    pub ended_on: Option<NaiveDate>,
    /// The employee's manager; `null` if there is none, or if the viewer may not see the manager.
    pub manager: Option<EmployeeRef>,
    /// The employees who report to this employee directly, have not left and are visible to the viewer, in the order of their names.
    pub reports: Vec<EmployeeRef>,
}

/// The body of `POST /api/v1/employees`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewEmployee {
    /// The employee number, 1 to 999999999; by default the next free one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// First name, 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub first_name: String,
    /// Last name, 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub last_name: String,
    /// Work e-mail address, unique within the company.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: String,
    /// Work telephone, at most 40 characters; empty if there is none.
    pub phone: String,
    /// Position title, 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub position: String,
    /// The id of a department of the company.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub department_id: String,
    /// Work location, 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub location: String,
    /// `active`, `on_leave` or `starting`; by default `starting` before the first day and `active` from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// First day of employment, such as `2026-03-01`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub started_on: String,
    /// Contracted hours per week, 0 to 168; 40 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekly_hours: Option<i64>,
    /// Yearly salary before tax.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub salary: SalaryInput,
    /// The id of the employee's manager; by default the employee has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager_id: Option<String>,
}

/// The body of `PATCH /api/v1/employees/{id}`: only the fields that change.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EmployeeChange {
    /// The employee number, 1 to 999999999.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// First name, 1 to 100 characters.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name, 1 to 100 characters.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Work e-mail address, unique within the company.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Work telephone, at most 40 characters; an empty text removes it.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Position title, 1 to 100 characters.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// The id of a department of the company.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub department_id: Option<String>,
    /// Work location, 1 to 100 characters.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// `active`, `on_leave` or `starting`. To end an employment, use `POST /api/v1/employees/{id}/terminate`.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// First day of employment, such as `2026-03-01`.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub started_on: Option<String>,
    /// Contracted hours per week, 0 to 168.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub weekly_hours: Option<i64>,
    /// Yearly salary before tax.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    pub salary: Option<SalaryInput>,
    /// The id of the employee's manager; `null` removes the manager.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub manager_id: Option<Option<String>>,
}

/// A salary in a request body.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SalaryInput {
    /// Hundredths of the currency, 0 to 100000000000: 5840000 is 58,400.00.
    #[serde(deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(required, value_type = i64))]
    pub minor_units: Option<i64>,
    /// The currency: `EUR`, `GBP` or `USD`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub currency: String,
}

/// Reads a field that was sent. `null` counts as a value: it does not mean that the field was left out.
fn sent<'de, T: Deserialize<'de>, D: Deserializer<'de>>(sent: D) -> Result<Option<T>, D::Error> {
    T::deserialize(sent).map(Some)
}

macro_rules! shows_nothing {
    ($($name:ident)*) => {
        $(impl std::fmt::Debug for $name {
            /// Names, addresses and salaries are personal data, so `{:?}` prints no field.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        })*
    };
}
shows_nothing! { NewEmployee EmployeeChange SalaryInput }

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<EmployeeChange> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn a_manager_can_be_left_out_taken_away_and_named() {
        assert_eq!(read("{}").map(|change| change.manager_id), Some(None));
        assert_eq!(
            read(r#"{"manager_id":null}"#).map(|change| change.manager_id),
            Some(Some(None))
        );
        let named = read(r#"{"manager_id":"x"}"#).map(|change| change.manager_id);
        assert_eq!(named, Some(Some(Some("x".to_owned()))));
    }

    #[test]
    fn null_does_not_leave_a_field_out() {
        assert_eq!(read(r#"{"first_name":null}"#), None);
        assert_eq!(read(r#"{"tenant_id":"x"}"#), None);
    }

    #[test]
    fn a_missing_amount_is_not_zero() {
        let read = |json: &str| serde_json::from_str::<SalaryInput>(json).ok();
        let amount = |json: &str| read(json).map(|salary| salary.minor_units);
        assert_eq!(amount(r#"{"currency":"EUR"}"#), Some(None));
        assert_eq!(amount(r#"{"minor_units":0}"#), Some(Some(0)));
        assert_eq!(amount(r#"{"minor_units":null}"#), None);
    }

    #[test]
    fn a_debug_print_shows_no_person() {
        let change = EmployeeChange { first_name: Some("Amara".to_owned()), ..Default::default() };
        assert_eq!(format!("{change:?}"), "EmployeeChange(…)");
    }
}
