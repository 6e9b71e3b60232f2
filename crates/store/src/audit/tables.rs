//! Audit rules for every table, view and function that a request can reach.

use super::Rule;

/// A query for relations that hold tenants' rows: all but those of the platform, the migrations, PostgreSQL itself and extensions.
macro_rules! of_tenant_relations {
    ($kinds:literal, $condition:literal) => {
        concat!(
            "
        select c.oid::regclass::text
          from pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
          left join pg_attribute as tenant
            on tenant.attrelid = c.oid and tenant.attname = 'tenant_id' and not tenant.attisdropped
         where c.relkind in (",
            $kinds,
            ")
           and n.nspname !~ '^pg_'
           and n.nspname not in ('platform', 'migration', 'session', 'information_schema')
           and not exists (select from pg_depend as d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
           and ",
            $condition,
            " order by 1"
        )
    };
}

/// A query for the permissive policies of those tables.
macro_rules! of_policies {
    ($condition:literal) => {
        concat!(
            "
        select p.polname || '` of `' || c.oid::regclass::text
          from pg_policy as p
          join pg_class as c on c.oid = p.polrelid
          join pg_namespace as n on n.oid = c.relnamespace
         where p.polpermissive
           and n.nspname not in ('platform', 'migration', 'session')
           and ",
            $condition,
            " order by 1"
        )
    };
}

const ENFORCE: &str = "add a migration with `select app.enforce_tenant('…')` for that table";
const POLICY: &str =
    "keep the one policy that `app.enforce_tenant` makes; narrow it with restrictive policies only";

pub(super) const RULES: &[Rule] = &[
    Rule {
        sql: "
        select 'app.tenant_id()'
         where not exists (
               select from pg_proc as f
                 join pg_language as l on l.oid = f.prolang
                where f.oid = to_regprocedure('app.tenant_id()')
                  and l.lanname = 'sql'
                  and f.provolatile = 's'
                  and not f.prosecdef
                  and f.proconfig is null
                  and btrim(f.prosrc) = 'select current_setting(''app.tenant_id'')::uuid')",
        what: "the function `{}` is missing or differs from the migrations",
        hint: "apply the migrations as `watertight_owner`",
    },
    Rule {
        sql: of_tenant_relations!("'r', 'p'", "tenant.attnum is null"),
        what: "table `{}` has no column `tenant_id`",
        hint: "add the column, or move the table to the schema `platform`, which the app role cannot reach",
    },
    Rule {
        sql: of_tenant_relations!("'r', 'p'", "(not tenant.attnotnull or tenant.atttypid <> 'uuid'::regtype)"),
        what: "column `tenant_id` of table `{}` is not `uuid not null`",
        hint: "declare the column as `tenant_id uuid not null`",
    },
    Rule {
        sql: of_tenant_relations!("'r', 'p'", "tenant.attnum is not null and not c.relrowsecurity"),
        what: "table `{}` has row-level security not enabled",
        hint: ENFORCE,
    },
    Rule {
        sql: of_tenant_relations!("'r', 'p'", "tenant.attnum is not null and not c.relforcerowsecurity"),
        what: "table `{}` has row-level security not forced, so it does not bind the owner",
        hint: ENFORCE,
    },
    Rule {
        sql: of_tenant_relations!(
            "'r', 'p'",
            "tenant.attnum is not null and not exists (
               select from pg_policy as p
                where p.polrelid = c.oid
                  and p.polpermissive
                  and p.polcmd = '*'
                  and (0 = any(p.polroles) or (select oid from pg_roles where rolname = current_user) = any(p.polroles)))"
        ),
        what: "table `{}` has no policy for every command of the app role",
        hint: ENFORCE,
    },
    Rule {
        sql: of_tenant_relations!(
            "'r', 'p'",
            "(select count(*) from pg_policy as p where p.polrelid = c.oid and p.polpermissive) > 1"
        ),
        what: "table `{}` has a second permissive policy, so rows that either policy allows are visible",
        hint: POLICY,
    },
    Rule {
        sql: of_policies!("p.polqual is null"),
        what: "policy `{}` has no USING",
        hint: POLICY,
    },
    Rule {
        sql: of_policies!("p.polwithcheck is null"),
        what: "policy `{}` has no WITH CHECK",
        hint: POLICY,
    },
    Rule {
        sql: of_policies!(
            "'(tenant_id = app.tenant_id())' <> any(array[
                   coalesce(pg_get_expr(p.polqual, p.polrelid), '(tenant_id = app.tenant_id())'),
                   coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '(tenant_id = app.tenant_id())')])"
        ),
        what: "policy `{}` has a condition other than `tenant_id = app.tenant_id()`",
        hint: POLICY,
    },
    Rule {
        sql: of_tenant_relations!(
            "'v'",
            "not exists (select from pg_options_to_table(c.reloptions) as o
                          where o.option_name = 'security_invoker' and o.option_value::boolean)"
        ),
        what: "view `{}` is not security_invoker, so it reads with its owner's rights",
        hint: "create it `with (security_invoker = true)`",
    },
    Rule {
        sql: of_tenant_relations!("'m', 'f'", "true"),
        what: "`{}` is a materialized view or a foreign table, to which policies do not apply",
        hint: "replace it with a table that has `tenant_id` and that the app fills",
    },
    Rule {
        sql: "
        select f.oid::regprocedure::text
          from pg_proc as f
          join pg_namespace as n on n.oid = f.pronamespace
         where f.prosecdef
           and not (select rolsuper from pg_roles where rolname = current_user)
           and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and has_function_privilege(f.oid, 'execute')
           and has_schema_privilege(n.oid, 'usage')",
        what: "function `{}` is SECURITY DEFINER and the app role may call it",
        hint: "make it SECURITY INVOKER, or revoke execute on it from public",
    },
];
