//! The viewer's scope as SQL: rows outside of it never leave the database.

use domain::{EmployeeScope, Visibility};

use crate::statement::StatementBuilder;

/// Adds the viewer's scope to a statement.
#[derive(Clone, Copy)]
pub(crate) struct VisibleEmployees(pub(crate) Visibility);

impl VisibleEmployees {
    /// Begins a statement. If the viewer sees a subtree, this adds a `with` clause with its top employee and everyone below.
    ///
    /// `union`, not `union all`, ends the recursion even if the manager chain has a cycle. Ids are always compared together with the tenant, here and
    /// in every join: two tenants may use the same id.
    pub(crate) fn push_with_clause(self, builder: &mut StatementBuilder) {
        if let EmployeeScope::Subtree(root) = self.0.scope() {
            builder
                .push(
                    "
        with recursive visible (tenant_id, id) as (
            select top.tenant_id, top.id
              from employee as top
             where top.tenant_id = $1
               and top.id = ",
                )
                .bind(root.as_uuid())
                .push(
                    "
             union
            select below.tenant_id, below.id
              from employee as below
              join visible on visible.tenant_id = below.tenant_id and visible.id = below.manager_id
             where below.tenant_id = $1
        )",
                );
        }
    }

    /// Whether [`Self::push_with_clause`] adds a `with` clause. A further part of the clause then needs a comma before it.
    pub(crate) const fn has_with_clause(self) -> bool {
        matches!(self.0.scope(), EmployeeScope::Subtree(_))
    }

    /// Whether the viewer sees every employee of the tenant, so that [`Self::push_condition`] adds nothing.
    pub(crate) const fn is_all(self) -> bool {
        matches!(self.0.scope(), EmployeeScope::All)
    }

    /// Continues a condition: limits it to employees `as e` that the viewer sees.
    pub(crate) fn push_condition(self, builder: &mut StatementBuilder) {
        match self.0.scope() {
            EmployeeScope::All => builder,
            EmployeeScope::Subtree(_) => builder.push(
                " and (e.tenant_id, e.id) in (select visible.tenant_id, visible.id from visible)",
            ),
            EmployeeScope::Own(me) => builder.push(" and e.id = ").bind(me.as_uuid()),
            EmployeeScope::NoEmployees => builder.push(" and false"),
        };
    }
}
