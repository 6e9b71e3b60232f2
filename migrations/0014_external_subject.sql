-- Whose account somebody is whom an issuer that the company trusts knows by a name of its own (row T11). A token of another issuer carries no address that
-- could be believed, so each person is linked by hand, and nobody is made an account by showing a token.

create table external_subject (
    tenant_id  uuid        not null,
    issuer     text        collate "C" not null check (length(issuer) between 1 and 255),
    -- The claim `sub`: unique under that issuer alone.
    subject    text        collate "C" not null check (length(subject) between 1 and 255),
    account_id uuid        not null,
    linked_at  timestamptz not null default now(),

    primary key (tenant_id, issuer, subject),
    foreign key (tenant_id, account_id) references account (tenant_id, id) on delete cascade
);

create index external_subject_by_account on external_subject (tenant_id, account_id);

select app.enforce_tenant('external_subject');
grant select, insert, delete on external_subject to watertight_app;
