ALTER TABLE idempotency_keys DROP COLUMN resources;
ALTER TABLE idempotency_keys DROP COLUMN authority;
