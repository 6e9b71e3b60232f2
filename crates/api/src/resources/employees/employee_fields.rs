//! Parses the fields of an employee. The error lists all invalid fields at once.

use api_types::{Code, EmployeeChange, NewEmployee, Termination};
use chrono::NaiveDate;
use domain::{EmploymentStatus, Line};
use store::{EmployeeDraft, EmployeeEdit};

use crate::{error::ApiError, resources::fields::Fields};

/// Contracted hours per week if the request has none.
const FULL_TIME: i64 = 40;

/// The longest telephone number, in characters.
const LONGEST_PHONE: usize = 40;

/// Parses the fields that a request has. This is the one list of the fields with their checks: a new employee and a change of one pass through it.
fn parse(sent: &EmployeeChange) -> Result<EmployeeEdit, ApiError> {
    let mut fields = Fields::default();
    let parsed = EmployeeEdit {
        number: fields.number(sent.number),
        first_name: fields.line("first_name", sent.first_name.as_deref()),
        last_name: fields.line("last_name", sent.last_name.as_deref()),
        email: fields.email(sent.email.as_deref()),
        phone: fields.optional_line("phone", sent.phone.as_deref(), LONGEST_PHONE),
        position: fields.line("position", sent.position.as_deref()),
        department: fields.id("department_id", sent.department_id.as_deref()),
        location: fields.line("location", sent.location.as_deref()),
        status: fields.status(sent.status.as_deref()),
        started_on: fields.day("started_on", sent.started_on.as_deref()),
        weekly_hours: fields.hours(sent.weekly_hours),
        salary: fields.salary(sent.salary.as_ref()),
        manager: sent.manager_id.as_ref().map(|id| fields.id("manager_id", id.as_deref())),
    };
    fields.none_wrong().map(|()| parsed)
}

/// Parses a new employee. Without a status, the employee is `starting` before the first day and `active` from then on.
pub(crate) fn draft(new: &NewEmployee, today: NaiveDate) -> Result<EmployeeDraft, ApiError> {
    let parsed = parse(&every_field(new))?;
    complete(parsed, today).ok_or_else(|| ApiError::new(Code::BadRequest))
}

/// Parses the changes of an edit.
pub(crate) fn edit(change: &EmployeeChange) -> Result<EmployeeEdit, ApiError> {
    if *change == EmployeeChange::default() {
        return Err(ApiError::with_detail(
            Code::BadRequest,
            "The change is empty: send at least one field.",
        ));
    }
    parse(change)
}

/// The fields of a new employee as a change that sends all of them. A required field that is missing is sent as empty text.
fn every_field(new: &NewEmployee) -> EmployeeChange {
    let new = new.clone();
    EmployeeChange {
        number: new.number,
        first_name: Some(new.first_name),
        last_name: Some(new.last_name),
        email: Some(new.email),
        phone: Some(new.phone),
        position: Some(new.position),
        department_id: Some(new.department_id),
        location: Some(new.location),
        status: new.status,
        started_on: Some(new.started_on),
        weekly_hours: Some(new.weekly_hours.unwrap_or(FULL_TIME)),
        salary: Some(new.salary),
        manager_id: new.manager_id.map(Some),
    }
}

/// The parsed fields as an employee to create; `None` if a required field is missing, which [`parse`] has refused.
fn complete(parsed: EmployeeEdit, today: NaiveDate) -> Option<EmployeeDraft> {
    let started_on = parsed.started_on?;
    let usual =
        if started_on > today { EmploymentStatus::Starting } else { EmploymentStatus::Active };
    Some(EmployeeDraft {
        number: parsed.number,
        first_name: parsed.first_name?,
        last_name: parsed.last_name?,
        email: parsed.email?,
        phone: parsed.phone?,
        position: parsed.position?,
        department: parsed.department?,
        location: parsed.location?,
        status: parsed.status.unwrap_or(usual),
        started_on,
        weekly_hours: parsed.weekly_hours?,
        salary: parsed.salary?,
        manager: parsed.manager.flatten(),
    })
}

/// Parses the last day of an employment.
pub(crate) fn last_day(termination: &Termination) -> Result<Option<NaiveDate>, ApiError> {
    let mut fields = Fields::default();
    let day = fields.day("ended_on", termination.ended_on.as_deref());
    fields.none_wrong().map(|()| day)
}

/// Parses the name of a department.
pub(crate) fn name(name: &str) -> Result<Line, ApiError> {
    let mut fields = Fields::default();
    let line = fields.line("name", Some(name));
    fields.none_wrong()?;
    line.ok_or_else(|| ApiError::new(Code::BadRequest))
}

#[cfg(test)]
mod tests {
    use api_types::{FieldCode, SalaryInput};
    use domain::{Currency, DepartmentId, EmployeeId, EmployeeNumber, Money, WeeklyHours};
    use uuid::Uuid;

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
            department_id: Uuid::nil().to_string(),
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

    /// Both literals name every field, so that a new field does not compile here until its value is compared.
    #[test]
    fn every_field_of_a_new_employee_is_parsed() {
        let line = |text: &str| Line::parse(text, Line::LONGEST).unwrap();
        let (department, manager) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let new = NewEmployee {
            number: Some(1042),
            first_name: "Amara".to_owned(),
            last_name: "Okafor".to_owned(),
            email: "amara@acme.example".to_owned(),
            phone: "+49 30 1".to_owned(),
            position: "Engineer".to_owned(),
            department_id: department.to_string(),
            location: "Berlin".to_owned(),
            status: Some("on_leave".to_owned()),
            started_on: "2026-03-01".to_owned(),
            weekly_hours: Some(32),
            salary: SalaryInput { minor_units: Some(5), currency: "GBP".to_owned() },
            manager_id: Some(manager.to_string()),
        };
        let expected = EmployeeDraft {
            number: EmployeeNumber::try_from(1042).ok(),
            first_name: line("Amara"),
            last_name: line("Okafor"),
            email: "amara@acme.example".parse().unwrap(),
            phone: Some(line("+49 30 1")),
            position: line("Engineer"),
            department: DepartmentId::from_uuid(department),
            location: line("Berlin"),
            status: EmploymentStatus::OnLeave,
            started_on: day("2026-03-01"),
            weekly_hours: WeeklyHours::try_from(32).unwrap(),
            salary: Money { minor_units: 5, currency: Currency::Gbp },
            manager: Some(EmployeeId::from_uuid(manager)),
        };
        assert_eq!(draft(&new, day("2026-03-01")).unwrap(), expected);
    }

    #[test]
    fn a_new_employee_needs_no_number_phone_status_hours_and_manager() {
        let draft = draft(&whole(), day("2026-03-01")).unwrap();
        assert_eq!((draft.number, draft.phone, draft.manager), (None, None, None));
        assert_eq!(draft.weekly_hours.get(), 40);
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
