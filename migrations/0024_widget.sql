-- Widgets: frames in pages of other sites that show who is out today (row C6). A browser that shows the key of a row gets the widget's cookie.

create table widget (
    tenant_id   uuid        not null,
    -- A part of the widget's address. It is random, and proves nothing.
    id          uuid        not null,
    name        text        not null check (name <> ''),
    -- The only site that may embed the widget. It becomes a source of `frame-ancestors`.
    embedded_on text        collate "C" not null check (embedded_on ~ '^https?://[a-z0-9.:-]+$'),
    -- SHA-256 of the key. The key itself is only in the page that embeds the widget.
    key_digest  bytea       not null check (octet_length(key_digest) = 32),
    created_at  timestamptz not null default now(),

    primary key (tenant_id, id),
    foreign key (tenant_id) references platform.tenant (id)
);

select app.enforce_tenant('widget');
grant select, insert, delete on widget to watertight_app;
