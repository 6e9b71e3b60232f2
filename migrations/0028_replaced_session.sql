-- The id of a session that continues under another id. Carried out again, it must not end the session under its new id, as the end of a session does.
-- Nodes of earlier versions cannot read a row of the new kind. Only `watertight role set` leads to such rows: it is run after all nodes have this version.

alter table platform.revocation drop constraint revocation_kind_check;
alter table platform.revocation add constraint revocation_kind_check check (kind in ('session', 'account', 'tokens', 'role', 'replaced'));
