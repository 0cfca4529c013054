-- How a kept reply's body is written: 'identity', 'deflate', or 'none' where it is no longer kept.
ALTER TABLE idempotency_keys ADD COLUMN body_encoding TEXT COLLATE "C" NOT NULL DEFAULT 'identity';
-- The large ones, of which each account has a quota.
CREATE INDEX idempotency_keys_large ON idempotency_keys (account_id, created_at) WHERE length(body) > 65536;
