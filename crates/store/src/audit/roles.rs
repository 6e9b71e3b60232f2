//! Audit rules for the app role and the platform role: what they must not be, and must not be allowed to do.

use super::Rule;

const USE_OUR_ROLES: &str = "connect as the roles that the bootstrap step creates, and run that step again to reset their attributes";

/// Attributes and memberships that bypass row-level security, whatever a table's policies are.
pub(super) const ATTRIBUTES: &[Rule] = &[
    Rule {
        sql: "
        select rolname::text from pg_roles
         where rolname in (current_user, $1) and rolsuper",
        what: "role `{}` is a superuser, to which policies do not apply",
        hint: USE_OUR_ROLES,
    },
    Rule {
        sql: "
        select rolname::text from pg_roles
         where rolname in (current_user, $1) and rolbypassrls",
        what: "role `{}` has BYPASSRLS, so policies do not apply to it",
        hint: USE_OUR_ROLES,
    },
    Rule {
        sql: "
        select rolname::text from pg_roles
         where rolname in (current_user, $1) and (rolcreaterole or rolreplication) and not rolsuper",
        what: "role `{}` has CREATEROLE or REPLICATION, and can reach every row with either",
        hint: USE_OUR_ROLES,
    },
    Rule {
        sql: "
        select ours.rolname || '` is a member of `' || other.rolname
          from pg_roles as ours
          join pg_roles as other on other.rolname <> ours.rolname and (other.rolsuper or other.rolbypassrls)
         where ours.rolname in (current_user, $1)
           and not ours.rolsuper
           and pg_has_role(ours.oid, other.oid, 'member')",
        what: "role `{}`, to which policies do not apply",
        hint: "revoke the membership",
    },
    Rule {
        sql: "
        select distinct ours.rolname || '` is `' || pg_get_userbyid(owned.owner) || '` or a member of it, the owner of `' || owned.name
          from pg_roles as ours
          join (select relowner, min(oid::regclass::text) from pg_class
                 where relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
                 group by relowner
                 union all
                select datdba, datname from pg_database where datname = current_database()
                 union all
                select nspowner, nspname from pg_namespace where nspname in ('app', 'platform', 'migration', 'session')
               ) as owned (owner, name) on pg_has_role(ours.oid, owned.owner, 'member')
         where ours.rolname in (current_user, $1)
           and not ours.rolsuper",
        what: "role `{}`: an owner can disable policies",
        hint: "only `watertight_owner` may own objects, and only migrations may connect as that role",
    },
];

/// Privileges that no request needs.
pub(super) const PRIVILEGES: &[Rule] = &[
    Rule {
        sql: "
        select role.name || '` may TRUNCATE `' || c.oid::regclass::text
          from (values (current_user::text), ($1)) as role (name), pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'f')
           and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and has_table_privilege(role.name, c.oid, 'truncate')",
        what: "role `{}`, and policies do not apply to TRUNCATE",
        hint: "revoke truncate on that table",
    },
    Rule {
        sql: "
        select c.oid::regclass::text
          from pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm', 'f')
           and n.nspname in ('platform', 'migration', 'session')
           and (has_any_column_privilege(c.oid, 'select, insert, update, references')
                or has_table_privilege(c.oid, 'delete, trigger'))",
        what: "the app role has grants on `{}`, which belongs to the platform",
        hint: "revoke all on that table from the app role and from public",
    },
    Rule {
        sql: "
        select c.oid::regclass::text
          from pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm', 'f')
           and n.nspname !~ '^pg_' and n.nspname not in ('platform', 'information_schema')
           and (has_any_column_privilege($1, c.oid, 'select, insert, update, references')
                or has_table_privilege($1, c.oid, 'delete, trigger'))",
        what: "the platform role has grants on `{}`, which is not in the schema `platform`",
        hint: "revoke all on that table from the platform role and from public",
    },
    Rule {
        sql: "
        select c.oid::regclass::text
          from pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
         where n.nspname = 'platform'
           and c.relname = 'alert'
           and (has_any_column_privilege($1, c.oid, 'update')
                or has_table_privilege($1, c.oid, 'delete'))",
        what: "the platform role may change what is recorded in `{}`, which is append-only",
        hint: "revoke update and delete on that table from the platform role and from public",
    },
    Rule {
        sql: "
        select role.name || '` may create objects in schema `' || n.nspname
          from (values (current_user::text), ($1)) as role (name), pg_namespace as n
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and has_schema_privilege(role.name, n.oid, 'create')
         union all
        select role.name || '` may create schemas or temporary tables in database `' || current_database()
          from (values (current_user::text), ($1)) as role (name)
         where has_database_privilege(role.name, current_database(), 'create, temporary')",
        what: "role `{}`, so it could shadow a table or a function of Watertight",
        hint: "revoke the privilege from the role and from public; the bootstrap step does so for the database",
    },
];

/// What the session role must not be, and must not reach. It can set any tenant, so one grant on a tenant's table would bypass the policies.
pub(super) const SESSION: &[Rule] = &[
    Rule {
        sql: "
        select rolname::text from pg_roles
         where rolname = $1 and (rolsuper or rolbypassrls or rolcreaterole or rolreplication)",
        what: "role `{}` has SUPERUSER, BYPASSRLS, CREATEROLE or REPLICATION",
        hint: USE_OUR_ROLES,
    },
    Rule {
        sql: "
        select c.oid::regclass::text
          from pg_class as c
          join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm', 'f')
           and n.nspname !~ '^pg_' and n.nspname not in ('session', 'information_schema')
           and (has_any_column_privilege($1, c.oid, 'select, insert, update, references')
                or has_table_privilege($1, c.oid, 'delete, truncate, trigger'))",
        what: "the session role has grants on `{}`, which is not in the schema `session`",
        hint: "revoke all on that table from the session role and from public",
    },
];
