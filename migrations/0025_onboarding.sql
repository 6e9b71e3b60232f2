-- The onboarding form: a draft that a new hire begins before having an account, and the form of an account (row C5).

create table onboarding_draft (
    tenant_id  uuid        not null,
    -- SHA-256 of the tenant and the cookie. The value of the cookie is in the browser only.
    digest     bytea       not null check (octet_length(digest) = 32),
    -- The form, sealed for this row.
    sealed     bytea       not null check (octet_length(sealed) <= 8192),
    version    bigint      not null default 1 check (version >= 1),
    -- Absolute: saving the draft does not move it.
    expires_at timestamptz not null,

    primary key (tenant_id, digest),
    foreign key (tenant_id) references platform.tenant (id)
);

create index onboarding_draft_by_expiry on onboarding_draft (tenant_id, expires_at);

create table onboarding_form (
    tenant_id  uuid   not null,
    account_id uuid   not null,
    version    bigint not null default 1 check (version >= 1),
    -- What the user has saved, sealed for this row; null before that.
    sealed     bytea  check (octet_length(sealed) <= 8192),
    -- An adopted draft, sealed for this row, until the user keeps or discards it.
    draft      bytea  check (octet_length(draft) <= 8192),

    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

select app.enforce_tenant('onboarding_draft');
select app.enforce_tenant('onboarding_form');
grant select, insert, update, delete on onboarding_draft, onboarding_form to watertight_app;
