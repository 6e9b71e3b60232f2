-- Session records of an installation that keeps its sessions in PostgreSQL. Only the role `watertight_session` reaches them, and it reaches nothing else.

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

-- Creates the partitions of the next days, and drops those whose records have all expired. Nodes call it when they start and then every hour.
-- An update of `idle_until` finds room on the same page (fillfactor), and no index contains the column, so PostgreSQL changes no index.
create function session.prepare_days(ahead int) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    today     date := (now() at time zone 'utc')::date;
    partition text;
begin
    -- Two nodes may do this at the same time.
    perform pg_advisory_xact_lock(hashtext('session.prepare_days'));
    for day in 0 .. ahead loop
        partition := 'record_' || to_char(today + day, 'YYYYMMDD');
        if to_regclass('session.' || partition) is null then
            execute format('create table session.%I partition of session.record for values from (%L) to (%L) with (fillfactor = 70)',
                           partition, today + day, today + day + 1);
        end if;
    end loop;
    for partition in
        select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
         where i.inhparent = 'session.record'::regclass
           and c.relname < 'record_' || to_char(today - 1, 'YYYYMMDD')
    loop
        execute format('drop table session.%I', partition);
    end loop;
    delete from session.revoked_account where kept_until < now();
end $$;

revoke execute on function session.prepare_days(int) from public;
grant execute on function session.prepare_days(int) to watertight_session;
grant select, insert, update, delete on session.record, session.revoked_account to watertight_session;

select session.prepare_days(7);
