-- A public client's refresh token is replaced at each use (RFC 9700 §4.14.2): it proves nothing but that its holder has it, so a copy would be good for as
-- long as the family lives. Clients that had it otherwise rotate from now on; each of their refresh tokens is good for one more use.

update platform.app_client set rotates = true where secret_digest is null and not rotates;

alter table platform.app_client
    add constraint app_client_public_rotates check (rotates or secret_digest is not null);
