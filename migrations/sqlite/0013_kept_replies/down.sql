DROP INDEX idempotency_keys_large;
DELETE FROM idempotency_keys WHERE body_encoding <> 'identity';
ALTER TABLE idempotency_keys DROP COLUMN body_encoding;
