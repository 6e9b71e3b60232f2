-- The id of a session that continues under another id. Carried out again, it must not end the session under its new id, as the end of a session does.
-- Nodes of earlier versions cannot read a row of the new kind, which nodes of this version write when they renew a session after `watertight role set`. So do not
-- run that command in the 24 hours before an upgrade to this version, and do not go back to an earlier one in the 24 hours after such a renewal.

alter table platform.revocation drop constraint revocation_kind_check;
alter table platform.revocation add constraint revocation_kind_check check (kind in ('session', 'account', 'tokens', 'role', 'replaced'));
