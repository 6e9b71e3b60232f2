-- Devices that stay signed in: a browser that shows the secret of its row starts a session without a password (row C3). A secret is used once and replaced.

create table remembered_device (
    tenant_id        uuid        not null,
    -- The part of the cookie that finds the row. It is random, and proves nothing.
    id               uuid        not null,
    account_id       uuid        not null,
    -- SHA-256 of the present secret. The secret itself is in the browser only.
    digest           bytea       not null check (octet_length(digest) = 32),
    -- SHA-256 of the secret before, which a second tab may still show for some seconds.
    replaced         bytea       check (octet_length(replaced) = 32),
    replaced_at      timestamptz,
    -- The session that the device started last.
    session_digest   text        collate "C" not null,
    -- When the user gave the password on this device.
    authenticated_at timestamptz not null,
    -- Absolute: no use moves it.
    expires_at       timestamptz not null,

    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade,
    check ((replaced is null) = (replaced_at is null)),
    check (expires_at > authenticated_at)
);

create index remembered_device_by_account on remembered_device (tenant_id, account_id);
create index remembered_device_by_session on remembered_device (tenant_id, session_digest);
create index remembered_device_by_expiry  on remembered_device (tenant_id, expires_at);

select app.enforce_tenant('remembered_device');
grant select, insert, update, delete on remembered_device to watertight_app;
