//! Errors for writes that the store refuses: nothing was written.

use api_types::{Code, FieldCode, FieldError};
use store::WriteRefusal;

use super::ApiError;

/// A number, address or name is taken only within its company (row I10).
impl From<WriteRefusal> for ApiError {
    fn from(refusal: WriteRefusal) -> Self {
        match refusal {
            WriteRefusal::Stale { version } => {
                Self { version: Some(version), ..Self::new(Code::StaleVersion) }
            }
            WriteRefusal::ManagerCycle => Self::new(Code::ManagerCycle),
            WriteRefusal::EmploymentEnded => Self::new(Code::EmploymentEnded),
            WriteRefusal::OwnEmployment => Self::new(Code::OwnEmployment),
            WriteRefusal::HasReports => Self::new(Code::HasReports),
            WriteRefusal::TooManyWidgets => Self::new(Code::TooManyWidgets),
            WriteRefusal::ActorGone => Self::new(Code::NotSignedIn),
            WriteRefusal::NotPermitted => Self::new(Code::Forbidden),
            WriteRefusal::NumberTaken
            | WriteRefusal::EmailTaken
            | WriteRefusal::NameTaken
            | WriteRefusal::UnknownDepartment
            | WriteRefusal::UnknownManager
            | WriteRefusal::ManagerLeft
            | WriteRefusal::EndsBeforeStart
            | WriteRefusal::EndsInFuture => of_field(refusal),
        }
    }
}

/// The error for a refusal that is about the value of one field.
fn of_field(refusal: WriteRefusal) -> ApiError {
    let (field, code, detail) = match refusal {
        WriteRefusal::NumberTaken => (
            "number",
            FieldCode::Taken,
            "This employee number is already used by another employee. Send another `number`.",
        ),
        WriteRefusal::EmailTaken => (
            "email",
            FieldCode::Taken,
            "This e-mail address is already used by another employee. Send another `email`.",
        ),
        WriteRefusal::NameTaken => (
            "name",
            FieldCode::Taken,
            "This name is already used by another department. Send another `name`.",
        ),
        WriteRefusal::UnknownDepartment => (
            "department_id",
            FieldCode::NotFound,
            "Invalid `department_id`: the company has no department with this id. `GET /api/v1/departments` lists the departments.",
        ),
        WriteRefusal::ManagerLeft => (
            "manager_id",
            FieldCode::NotAllowed,
            "Invalid `manager_id`: the employment of this manager has ended. Choose another manager.",
        ),
        WriteRefusal::EndsBeforeStart => (
            "ended_on",
            FieldCode::OutOfRange,
            "Invalid `ended_on`: the last day of employment is before the first day. Send a later date.",
        ),
        WriteRefusal::EndsInFuture => (
            "ended_on",
            FieldCode::OutOfRange,
            "Invalid `ended_on`: the last day of employment is in the future. End the employment on that day: access ends immediately.",
        ),
        _ => (
            "manager_id",
            FieldCode::NotFound,
            "Invalid `manager_id`: the company has no employee with this id. `GET /api/v1/employees` lists the employees.",
        ),
    };
    let status = if code == FieldCode::Taken { Code::Taken } else { Code::InvalidField };
    let (field, detail) = (field.to_owned(), detail.to_owned());
    ApiError::fields(status, vec![FieldError { field, code, detail }])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I10: a value that another row has is taken, not invalid.
    #[test]
    fn a_taken_value_is_not_called_invalid() {
        for (refusal, field) in [
            (WriteRefusal::NumberTaken, "number"),
            (WriteRefusal::EmailTaken, "email"),
            (WriteRefusal::NameTaken, "name"),
        ] {
            let problem = ApiError::from(refusal).problem("");
            assert_eq!((problem.code, problem.errors[0].code), (Code::Taken, FieldCode::Taken));
            assert!(problem.detail.contains("is already used"), "{}", problem.detail);
            assert!(problem.detail.contains(&format!("`{field}`")), "{}", problem.detail);
            assert_eq!(problem.errors[0].detail, problem.detail);
        }
    }

    #[test]
    fn a_refused_value_names_its_field() {
        for (refusal, field, code) in [
            (WriteRefusal::UnknownDepartment, "department_id", FieldCode::NotFound),
            (WriteRefusal::UnknownManager, "manager_id", FieldCode::NotFound),
            (WriteRefusal::ManagerLeft, "manager_id", FieldCode::NotAllowed),
            (WriteRefusal::EndsBeforeStart, "ended_on", FieldCode::OutOfRange),
            (WriteRefusal::EndsInFuture, "ended_on", FieldCode::OutOfRange),
        ] {
            let problem = ApiError::from(refusal).problem("");
            assert_eq!(problem.code, Code::InvalidField);
            assert_eq!((problem.errors[0].field.as_str(), problem.errors[0].code), (field, code));
            assert!(problem.detail.starts_with(&format!("Invalid `{field}`: ")));
        }
    }
}
