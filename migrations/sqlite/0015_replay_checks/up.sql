-- What a kept reply is given again for: as which the caller asked (grants and scopes, JSON), and the resources it tells of
-- (a kind and ids, JSON), which they must still read. Replies kept before this migration are given to their account as ever.
ALTER TABLE idempotency_keys ADD COLUMN authority TEXT NOT NULL DEFAULT '[]';
ALTER TABLE idempotency_keys ADD COLUMN resources TEXT;
