//! Audit rules for keys: PostgreSQL checks keys without applying any policy.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        sql: "
        select i.indexrelid::regclass::text || '` of `' || i.indrelid::regclass::text
          from pg_index as i
          join pg_class as c on c.oid = i.indrelid
          join pg_namespace as n on n.oid = c.relnamespace
          join pg_attribute as tenant on tenant.attrelid = c.oid and tenant.attname = 'tenant_id'
         where i.indisunique
           and n.nspname !~ '^pg_' and n.nspname not in ('platform', 'migration', 'information_schema')
           and i.indkey[0] <> tenant.attnum
         order by 1",
        what: "unique key `{}` does not begin with `tenant_id`, so it reveals whether another tenant has a value",
        hint: "begin the key with `tenant_id`",
    },
    Rule {
        sql: "
        select k.conname || '` of `' || k.conrelid::regclass::text
          from pg_constraint as k
          join pg_attribute as own   on own.attrelid   = k.conrelid  and own.attname   = 'tenant_id'
          join pg_attribute as other on other.attrelid = k.confrelid and other.attname = 'tenant_id'
         where k.contype = 'f'
           and not exists (
               select from unnest(k.conkey, k.confkey) as pair (here, there)
                where pair.here = own.attnum and pair.there = other.attnum)
         order by 1",
        what: "foreign key `{}` does not pair `tenant_id` with `tenant_id`, so it can refer to a row of another tenant",
        hint: "make it `foreign key (tenant_id, …) references … (tenant_id, …)`",
    },
    Rule {
        sql: "
        select k.conname || '` of `' || k.conrelid::regclass::text
          from pg_constraint as k
          join pg_attribute as own on own.attrelid = k.conrelid and own.attname = 'tenant_id'
         where k.contype = 'f'
           and own.attnum = any(k.conkey)
           and (k.confupdtype in ('n', 'd')
                or k.confdeltype in ('n', 'd') and (k.confdelsetcols is null or own.attnum = any(k.confdelsetcols)))
         order by 1",
        what: "foreign key `{}` would set `tenant_id` itself to null or to its default",
        hint: "name the column: `on delete set null (manager_id)`",
    },
];
