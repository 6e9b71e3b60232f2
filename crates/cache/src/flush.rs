//! Families of keys, by which bodies are flushed. The list is closed, and no id in a key can make a flush remove more.

use std::{fmt, str::FromStr};

use domain::TenantId;

/// A family of cached bodies: one for each type of [`Key`](crate::Key).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Pages of the employee directory.
    EmployeeList,
    /// Details of one employee.
    EmployeeDetail,
    /// Departments and locations.
    DepartmentList,
    /// The people who are out today, for widgets.
    OutToday,
}

/// The text is not the name of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFamily;

impl Family {
    /// All families: what `watertight incident cache flush --all` removes.
    pub const ALL: [Self; 4] =
        [Self::EmployeeList, Self::EmployeeDetail, Self::DepartmentList, Self::OutToday];

    /// The family's name in keys, in logs and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmployeeList => "employee_list",
            Self::EmployeeDetail => "employee_detail",
            Self::DepartmentList => "department_list",
            Self::OutToday => "out_today",
        }
    }

    /// The pattern for `SCAN`. No part of it comes from user input.
    pub(crate) fn pattern(self) -> String {
        let uuid = [8, 4, 4, 4, 12].map(|digits| "?".repeat(digits)).join("-");
        format!("t:{{{uuid}}}:{self}:*")
    }

    /// Whether the key is one that this crate makes for the family: `t:{<uuid>}:<family>:<visibility>:<digest>`.
    pub(crate) fn holds(self, key: &[u8]) -> bool {
        let rest = std::str::from_utf8(key).ok().and_then(|key| key.strip_prefix("t:{"));
        let Some((tenant, rest)) = rest.and_then(|rest| rest.split_once("}:")) else {
            return false;
        };
        let parts: Vec<&str> = rest.split(':').collect();
        tenant.parse::<TenantId>().is_ok_and(|id| id.to_string() == tenant)
            && matches!(parts[..], [family, _, digest] if family == self.as_str() && digest.len() == 43)
    }
}

impl FromStr for Family {
    type Err = UnknownFamily;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|family| family.as_str() == word).ok_or(UnknownFamily)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UnknownFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Family::ALL.map(|family| format!("`{family}`"));
        write!(f, "unknown family: expected one of {}", words.join(", "))
    }
}

impl std::error::Error for UnknownFamily {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DepartmentList, key::FullKey, test_viewer::viewer};

    /// I5, R1: only the family's own keys are flushed, and no key that looks similar.
    #[test]
    fn an_id_cannot_widen_a_flush() {
        let key = FullKey::new(&viewer(1), &DepartmentList);
        let (family, own) = (Family::DepartmentList, key.as_str());
        assert!(family.holds(own.as_bytes()));
        let tenant = "00000000-0000-0000-0000-000000000001";
        let digest = &own[own.len() - 43..];
        for other in [
            format!("t:{{{tenant}}}:department_lists:company:{digest}"),
            format!("t:{{{tenant}}}:employee_list:company:{digest}"),
            format!("t:{{{tenant}}}:employee_list:x:department_list:company:{digest}"),
            format!("t:{{{tenant}}}:department_list:company:{digest}x"),
            format!("t:{{{tenant}}}:department_list:{digest}"),
            format!("t:{{{tenant}}}:epochs"),
            format!("t:{{{}}}:department_list:company:{digest}", "*".repeat(36)),
            format!("t:{{{}}}:department_list:company:{digest}", "?".repeat(36)),
            format!("t:{{a}}b}}:department_list:company:{digest}"),
            format!("x{own}"),
            "department_list".to_owned(),
        ] {
            assert!(!family.holds(other.as_bytes()), "{other}");
        }
        assert!(!family.holds(&[0xff, 0xfe]));
    }

    #[test]
    fn every_family_round_trips() {
        for family in Family::ALL {
            assert_eq!(family.as_str().parse(), Ok(family));
        }
        assert_eq!("*".parse::<Family>(), Err(UnknownFamily));
    }
}
