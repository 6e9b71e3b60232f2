//! Cache keys are types. Tenant and visibility are added to each key before it is used (the `Key` lock).

use std::{
    fmt::{self, Write},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{EmployeeId, EmployeeQuery, WidgetId};
use sha2::{Digest, Sha256};
use tenancy::TenantContext;

use crate::{epoch::Entity, flush::Family};

/// Initial capacity of the buffer in which a key is built, in bytes: enough for most keys.
const USUAL: usize = 192;

mod sealed {
    pub trait Sealed {}
}

/// Identifies a kind of cached body and its parameters. The trait is sealed: a new kind is a new type in this file.
pub trait Key: sealed::Sealed + fmt::Display {
    /// The family of the body, by which an operator flushes it.
    const FAMILY: Family;
    /// A write to any of these makes the body stale.
    const ENTITIES: &'static [Entity];

    /// Whether the body may be kept in L1. Free-text searches are rarely repeated, so keeping them would only evict other bodies.
    fn keep_in_process(&self) -> bool {
        true
    }

    /// Whether a body without rows may be kept in L1 or L2. A client can make up any number of values that match no row, so keeping a body for each
    /// would fill the cache.
    fn keep_empty(&self) -> bool {
        true
    }
}

/// One page of the employee directory, for this query.
pub struct EmployeeList<'q>(pub &'q EmployeeQuery);

impl sealed::Sealed for EmployeeList<'_> {}
impl Key for EmployeeList<'_> {
    const FAMILY: Family = Family::EmployeeList;
    const ENTITIES: &'static [Entity] = &[Entity::Employee, Entity::Department];

    fn keep_in_process(&self) -> bool {
        self.0.words.is_empty()
    }

    fn keep_empty(&self) -> bool {
        let EmployeeQuery { words, department, location, .. } = self.0;
        words.is_empty() && department.is_none() && location.is_none()
    }
}
impl fmt::Display for EmployeeList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The details of one employee.
pub struct EmployeeDetail(pub EmployeeId);

impl sealed::Sealed for EmployeeDetail {}
impl Key for EmployeeDetail {
    const FAMILY: Family = Family::EmployeeDetail;
    const ENTITIES: &'static [Entity] = &[Entity::Employee, Entity::Department];
}
impl fmt::Display for EmployeeDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The list of a tenant's departments and locations.
pub struct DepartmentList;

impl sealed::Sealed for DepartmentList {}
impl Key for DepartmentList {
    const FAMILY: Family = Family::DepartmentList;
    const ENTITIES: &'static [Entity] = &[Entity::Employee, Entity::Department];
}
impl fmt::Display for DepartmentList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all")
    }
}

/// The people who are out today, for one widget. Each widget has a body of its own, so that removing the widget makes its body stale.
pub struct OutTodayList(pub WidgetId);

impl sealed::Sealed for OutTodayList {}
impl Key for OutTodayList {
    const FAMILY: Family = Family::OutToday;
    const ENTITIES: &'static [Entity] = &[Entity::Employee, Entity::Department, Entity::Widget];
}
impl fmt::Display for OutTodayList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A key with its tenant and visibility: `t:{<tenant uuid>}:<family>:<visibility>:<digest of the rest>`.
///
/// The braces are Redis Cluster's hash tag, so one tenant's keys share a slot. The digest keeps search words, which are
/// personal data, out of Redis' key space, and its fixed alphabet keeps `:` `*` `{` out of the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FullKey(Arc<str>);

impl FullKey {
    pub(crate) fn new<K: Key>(viewer: &TenantContext, key: &K) -> Self {
        let (tenant, visibility) = (viewer.tenant(), viewer.visibility());
        Self::with_digest(format_args!("t:{{{tenant}}}:{}:{visibility}:", K::FAMILY), key)
    }

    /// The key with the `Key` lock off, as in the incident: the same for all tenants and roles.
    pub(crate) fn without_tenant<K: Key>(key: &K) -> Self {
        Self::with_digest(format_args!("t:{}:", K::FAMILY), key)
    }

    /// Runs for every request, so it allocates only twice: once to build the text, once for the key.
    fn with_digest<K: Key>(begin: fmt::Arguments<'_>, key: &K) -> Self {
        let mut text = String::with_capacity(USUAL);
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{key}");
        let digest = Sha256::digest(&text);
        text.clear();
        let _infallible = text.write_fmt(begin);
        URL_SAFE_NO_PAD.encode_string(digest, &mut text);
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::test_viewer::viewer;

    /// I5: the same query of two tenants has two keys.
    #[test]
    fn two_tenants_have_two_keys() {
        assert_ne!(
            FullKey::new(&viewer(1), &DepartmentList),
            FullKey::new(&viewer(2), &DepartmentList)
        );
    }

    #[test]
    fn two_families_have_two_keys() {
        let id = EmployeeId::from_uuid(Uuid::nil());
        assert_ne!(
            FullKey::new(&viewer(1), &DepartmentList),
            FullKey::new(&viewer(1), &EmployeeDetail(id))
        );
    }

    #[test]
    fn a_key_holds_one_hash_tag_and_it_is_the_tenant() {
        let key = FullKey::new(&viewer(1), &DepartmentList);
        assert!(key.as_str().starts_with(
            "t:{00000000-0000-0000-0000-000000000001}:department_list:company+salary:"
        ));
        assert_eq!(key.as_str().matches(['{', '}']).count(), 2);
    }
}
