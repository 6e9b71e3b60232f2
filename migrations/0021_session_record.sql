-- Session records, for sessions in PostgreSQL. Of the roles of a node only `watertight_session` reaches them, and it reaches nothing else.

create schema session;
grant usage on schema session to watertight_session;

-- One partition for each day on which sessions expire, so that old records are dropped with their partition and not deleted one by one.
create table session.record (
    key        text        collate "C" not null,
    -- The day (UTC) of the absolute expiry, which never changes.
    expires_on date        not null,
    tenant_id  uuid        not null,
    account_id uuid        not null,
    -- When the session began, in milliseconds since 1970.
    began_at   bigint      not null,
    fields     bytea[]     not null,
    -- When the record expires unless it is used again.
    idle_until timestamptz not null,

    primary key (tenant_id, key, expires_on)
) partition by range (expires_on);

create index record_by_account on session.record (tenant_id, account_id);

-- Until when the sessions of an account were revoked. A sign-in that began before, and is stored afterwards, is refused.
create table session.revoked_account (
    tenant_id  uuid        not null,
    account_id uuid        not null,
    -- In milliseconds since 1970.
    until      bigint      not null,
    -- A sign-in takes seconds, so the row is needed for minutes.
    kept_until timestamptz not null,

    primary key (tenant_id, account_id)
);

-- Creates the partitions of the next days. Nodes call it when they start and then every hour. A partition is attached: creating it as one would wait for every
-- transaction that uses the records, a backup for example, and every request would wait behind it.
-- An update of `idle_until` finds room on the same page (fillfactor), and no index contains the column, so PostgreSQL changes no index.
create function session.prepare_days(ahead int) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    today date := (now() at time zone 'utc')::date;
    name  text;
begin
    -- Two nodes may do this at the same time.
    perform pg_advisory_xact_lock(hashtext('session.prepare_days'));
    for day in 0 .. ahead loop
        name := 'record_' || to_char(today + day, 'YYYYMMDD');
        if to_regclass('session.' || name) is null then
            execute format('create table session.%I (like session.record including all) with (fillfactor = 70)', name);
            execute format('alter table session.record attach partition session.%I for values from (%L) to (%L)',
                           name, today + day, today + day + 1);
        end if;
    end loop;
end $$;

-- Drops the partitions whose records have all expired, and revocations that no sign-in needs. Gives up at once if it would have to wait.
create function session.drop_past_days() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
declare
    today date := (now() at time zone 'utc')::date;
    name  text;
begin
    delete from session.revoked_account where kept_until < now();
    for name in
        select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
         where i.inhparent = 'session.record'::regclass
           and c.relname < 'record_' || to_char(today - 1, 'YYYYMMDD')
    loop
        execute format('drop table session.%I', name);
    end loop;
end $$;

revoke execute on function session.prepare_days(int), session.drop_past_days() from public;
grant execute on function session.prepare_days(int), session.drop_past_days() to watertight_session;
grant select, insert, update, delete on session.record, session.revoked_account to watertight_session;

select session.prepare_days(7);
