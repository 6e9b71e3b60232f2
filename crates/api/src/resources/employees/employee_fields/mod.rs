//! Parses the fields of an employee. The error lists all invalid fields at once.

mod fields;

use api_types::{Code, EmployeeChange, NewEmployee, Termination};
use chrono::NaiveDate;
use domain::{EmployeeDraft, EmployeeEdit, EmploymentStatus, Line};

use crate::error::ApiError;
use fields::Fields;

/// Contracted hours per week if the request has none.
const FULL_TIME: i64 = 40;

/// Parses a new employee. Without a status, the employee is `starting` before the first day and `active` from then on.
pub(crate) fn draft(new: &NewEmployee, today: NaiveDate) -> Result<EmployeeDraft, ApiError> {
    let mut fields = Fields::default();
    let number = new.number.and_then(|number| fields.number(number));
    let first_name = fields.line("first_name", &new.first_name);
    let last_name = fields.line("last_name", &new.last_name);
    let email = fields.email(&new.email);
    let phone = fields.phone(&new.phone);
    let position = fields.line("position", &new.position);
    let department = fields.id("department_id", &new.department_id);
    let location = fields.line("location", &new.location);
    let status = new.status.as_deref().and_then(|status| fields.status(status));
    let started_on = fields.day("started_on", &new.started_on);
    let weekly_hours = fields.hours(new.weekly_hours.unwrap_or(FULL_TIME));
    let salary = fields.salary(&new.salary);
    let manager = new.manager_id.as_deref().and_then(|id| fields.id("manager_id", id));
    fields.none_wrong()?;
    let whole = || {
        let started_on = started_on?;
        let usual =
            if started_on > today { EmploymentStatus::Starting } else { EmploymentStatus::Active };
        Some(EmployeeDraft {
            number,
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            phone: phone?,
            position: position?,
            department: department?,
            location: location?,
            status: status.unwrap_or(usual),
            started_on,
            weekly_hours: weekly_hours?,
            salary: salary?,
            manager,
        })
    };
    whole().ok_or_else(|| ApiError::new(Code::BadRequest))
}

/// Parses the changes of an edit.
pub(crate) fn edit(change: &EmployeeChange) -> Result<EmployeeEdit, ApiError> {
    if *change == EmployeeChange::default() {
        return Err(ApiError::with_detail(
            Code::BadRequest,
            "The change is empty: send at least one field.",
        ));
    }
    let mut fields = Fields::default();
    let edit = EmployeeEdit {
        number: change.number.and_then(|number| fields.number(number)),
        first_name: change.first_name.as_deref().and_then(|name| fields.line("first_name", name)),
        last_name: change.last_name.as_deref().and_then(|name| fields.line("last_name", name)),
        email: change.email.as_deref().and_then(|email| fields.email(email)),
        phone: change.phone.as_deref().and_then(|phone| fields.phone(phone)),
        position: change.position.as_deref().and_then(|title| fields.line("position", title)),
        department: change.department_id.as_deref().and_then(|id| fields.id("department_id", id)),
        location: change.location.as_deref().and_then(|place| fields.line("location", place)),
        status: change.status.as_deref().and_then(|status| fields.status(status)),
        started_on: change.started_on.as_deref().and_then(|day| fields.day("started_on", day)),
        weekly_hours: change.weekly_hours.and_then(|hours| fields.hours(hours)),
        salary: change.salary.as_ref().and_then(|salary| fields.salary(salary)),
        manager: change
            .manager_id
            .as_ref()
            .map(|id| id.as_deref().and_then(|id| fields.id("manager_id", id))),
    };
    fields.none_wrong().map(|()| edit)
}

/// Parses the last day of an employment.
pub(crate) fn last_day(termination: &Termination) -> Result<Option<NaiveDate>, ApiError> {
    let mut fields = Fields::default();
    let day = termination.ended_on.as_deref().and_then(|day| fields.day("ended_on", day));
    fields.none_wrong().map(|()| day)
}

/// Parses the name of a department.
pub(crate) fn name(name: &str) -> Result<Line, ApiError> {
    let mut fields = Fields::default();
    let line = fields.line("name", name);
    fields.none_wrong()?;
    line.ok_or_else(|| ApiError::new(Code::BadRequest))
}

#[cfg(test)]
mod tests {
    use api_types::{FieldCode, SalaryInput};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn whole() -> NewEmployee {
        NewEmployee {
            first_name: "Amara".to_owned(),
            last_name: "Okafor".to_owned(),
            email: "amara@acme.example".to_owned(),
            position: "Engineer".to_owned(),
            department_id: uuid::Uuid::nil().to_string(),
            location: "Berlin".to_owned(),
            started_on: "2026-03-01".to_owned(),
            salary: SalaryInput { minor_units: Some(1), currency: "EUR".to_owned() },
            ..NewEmployee::default()
        }
    }

    fn wrong(new: &NewEmployee) -> Vec<String> {
        let problem = draft(new, day("2026-03-01")).unwrap_err().problem("");
        assert_eq!(problem.code, Code::InvalidField);
        problem.errors.into_iter().map(|error| error.field).collect()
    }

    /// The code and the text of the only error of `change`.
    fn told(change: &EmployeeChange) -> (FieldCode, String) {
        let problem = edit(change).unwrap_err().problem("");
        let [error] = problem.errors.as_slice() else { panic!("{problem:?}") };
        assert_eq!(problem.detail, error.detail);
        (error.code, problem.detail)
    }

    #[test]
    fn one_error_names_all_missing_fields() {
        let problem = draft(&NewEmployee::default(), day("2026-03-01")).unwrap_err().problem("");
        assert_eq!(
            problem.detail,
            "9 fields are invalid: `errors` lists each with what is expected."
        );
        for error in &problem.errors {
            assert_eq!(error.code, FieldCode::Missing, "{}", error.field);
            assert!(error.detail.starts_with(&format!("`{}` is missing: expected ", error.field)));
        }
        assert_eq!(
            wrong(&NewEmployee::default()),
            [
                "first_name",
                "last_name",
                "email",
                "position",
                "department_id",
                "location",
                "started_on",
                "salary.minor_units",
                "salary.currency"
            ]
        );
    }

    #[test]
    fn an_employee_is_starting_before_the_first_day() {
        let status = |today| draft(&whole(), day(today)).unwrap().status;
        assert_eq!(status("2026-02-28"), EmploymentStatus::Starting);
        assert_eq!(status("2026-03-01"), EmploymentStatus::Active);
    }

    #[test]
    fn a_salary_without_an_amount_is_not_zero() {
        let salary = SalaryInput { currency: "EUR".to_owned(), ..SalaryInput::default() };
        let (code, detail) =
            told(&EmployeeChange { salary: Some(salary), ..EmployeeChange::default() });
        assert_eq!(code, FieldCode::Missing);
        assert!(detail.starts_with("`salary.minor_units` is missing: expected "), "{detail}");
    }

    #[test]
    fn a_missing_a_malformed_and_a_long_value_have_their_own_codes_and_texts() {
        let (line, address) = ("a".repeat(101), format!("{}@b.example", "a".repeat(254)));
        for (field, text, code, said) in [
            ("email", "", FieldCode::Missing, "`email` is missing: "),
            ("email", "amara", FieldCode::Malformed, "Invalid `email`: expected "),
            ("email", &address, FieldCode::TooLong, "Invalid `email`: the address is too long: "),
            ("position", " ", FieldCode::Missing, "`position` is missing: "),
            ("position", "a\0b", FieldCode::Malformed, "Invalid `position`: the text contains "),
            ("position", &line, FieldCode::TooLong, "Invalid `position`: the text is too long: "),
            ("department_id", "", FieldCode::Missing, "`department_id` is missing: "),
            ("department_id", "1", FieldCode::Malformed, "Invalid `department_id`: expected a"),
            ("started_on", "", FieldCode::Missing, "`started_on` is missing: "),
            ("started_on", "1.3.26", FieldCode::Malformed, "Invalid `started_on`: expected a date"),
            ("started_on", "1899-12-31", FieldCode::OutOfRange, "Invalid `started_on`: expected a"),
            ("status", "", FieldCode::Missing, "`status` is missing: "),
            ("status", "gone", FieldCode::Malformed, "Invalid `status`: expected one of "),
            ("status", "terminated", FieldCode::NotAllowed, "Invalid `status`: expected one of "),
        ] {
            let change = serde_json::from_value(serde_json::json!({ field: text })).unwrap();
            let (found, detail) = told(&change);
            assert_eq!(found, code, "{field} {text}");
            assert!(detail.starts_with(said), "{detail}");
        }
    }

    #[test]
    fn a_date_has_one_format() {
        for odd in [
            "2026-3-1",
            "01.03.2026",
            "2026-02-30",
            "+2026-03-1",
            "1899-12-31",
            "9999-01-01",
            "2026-03-01 ",
        ] {
            assert_eq!(
                wrong(&NewEmployee { started_on: odd.to_owned(), ..whole() }),
                ["started_on"],
                "{odd}"
            );
        }
    }

    #[test]
    fn an_edit_cannot_terminate_an_employee() {
        let status = Some("terminated".to_owned());
        let problem =
            edit(&EmployeeChange { status, ..EmployeeChange::default() }).unwrap_err().problem("");
        assert!(problem.detail.contains("terminate"), "{}", problem.detail);
    }

    #[test]
    fn a_malformed_manager_id_is_not_read_as_no_manager() {
        for id in ["", "1042", "x"] {
            let manager_id = Some(Some(id.to_owned()));
            assert!(
                edit(&EmployeeChange { manager_id, ..EmployeeChange::default() }).is_err(),
                "{id}"
            );
        }
        let manager_id = Some(None);
        let edit = edit(&EmployeeChange { manager_id, ..EmployeeChange::default() }).unwrap();
        assert_eq!(edit.manager, Some(None));
    }
}
