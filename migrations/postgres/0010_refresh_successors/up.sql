-- A successor that was voided is forgotten: whoever shows it, the session is over. A session has two tokens at most.
DELETE FROM refresh_tokens WHERE voided;
ALTER TABLE refresh_tokens DROP COLUMN voided;
