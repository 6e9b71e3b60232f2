//! Who the viewer sees, said in SQL: rows outside of it never leave the database.

use domain::{Scope, Visibility};

use crate::statement::Draft;

/// Adds the viewer's scope to a statement.
#[derive(Clone, Copy)]
pub(crate) struct Visible(pub(crate) Visibility);

impl Visible {
    /// Stands at the beginning of a statement: the employee and everyone below, for viewers who lead a subtree.
    ///
    /// `union` and not `union all`: should the manager chain ever hold a cycle, the walk still ends. An id means somebody only with
    /// its tenant, here as in every join: two companies may use the same one.
    pub(crate) fn begin(self, draft: &mut Draft) {
        if let Scope::Subtree(root) = self.0.scope() {
            draft
                .say(
                    "
        with recursive visible (tenant_id, id) as (
            select top.tenant_id, top.id
              from employee as top
             where top.tenant_id = app.tenant_id()
               and top.id = ",
                )
                .bind(root.as_uuid())
                .say(
                    "
             union
            select below.tenant_id, below.id
              from employee as below
              join visible on visible.tenant_id = below.tenant_id and visible.id = below.manager_id
             where below.tenant_id = app.tenant_id()
        )",
                );
        }
    }

    /// Whether [`Self::begin`] says anything; then a further part of `with` follows a comma.
    pub(crate) const fn begins(self) -> bool {
        matches!(self.0.scope(), Scope::Subtree(_))
    }

    /// Whether everyone in the company is seen, so that [`Self::only`] says nothing.
    pub(crate) const fn is_everyone(self) -> bool {
        matches!(self.0.scope(), Scope::Company)
    }

    /// Continues a condition: only employees `as e` that the viewer sees.
    pub(crate) fn only(self, draft: &mut Draft) {
        match self.0.scope() {
            Scope::Company => draft,
            Scope::Subtree(_) => draft.say(
                " and (e.tenant_id, e.id) in (select visible.tenant_id, visible.id from visible)",
            ),
            Scope::Own(me) => draft.say(" and e.id = ").bind(me.as_uuid()),
            Scope::Nobody => draft.say(" and false"),
        };
    }
}
