-- When the user entered the password, for the claim `auth_time`. A remembered device begins a session without one, and a user may enter it again later.
-- Null in rows of earlier versions: then the password was entered at the sign-in.
alter table authorization_code add column password_at timestamptz;
alter table refresh_family     add column password_at timestamptz;
