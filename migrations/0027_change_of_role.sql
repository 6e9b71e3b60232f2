-- A change of role marks the sessions of its account, which then continue under a new id with the present role (row S2).
-- Nodes of earlier versions cannot read a row of the new kind: `watertight role set` is run after all nodes have this version.

alter table platform.revocation drop constraint revocation_kind_check;
alter table platform.revocation add constraint revocation_kind_check check (kind in ('session', 'account', 'tokens', 'role'));

-- The time of the latest change of the account's role that the record may not know, in milliseconds since 1970.
alter table session.record add column role_changed_at bigint;
-- The digest of the record that continues the session under its new id. The row stays for some seconds, for requests with the old id.
alter table session.record add column replaced_by text collate "C";
