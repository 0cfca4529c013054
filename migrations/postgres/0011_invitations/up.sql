-- Who gave a person their activation code, and how often it was used without the proof that it is theirs. An account that was
-- activated once, or reset, is an administrator's to open again.
ALTER TABLE users ADD COLUMN activated_at BIGINT;
ALTER TABLE users ADD COLUMN activation_failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN invited_at BIGINT;
ALTER TABLE users ADD COLUMN invited_by UUID;
ALTER TABLE users ADD COLUMN reset_at BIGINT;
ALTER TABLE users ADD COLUMN reset_by UUID;

UPDATE users SET activated_at = updated_at
WHERE password_hash IS NOT NULL OR EXISTS (
    SELECT 1 FROM journal_entries
    WHERE journal_entries.resource_type = 'user' AND journal_entries.resource_id = users.id
        AND journal_entries.action = 'user.activated'
);
UPDATE users SET invited_at = created_at, invited_by = created_by WHERE created_by IS NOT NULL;
UPDATE users SET (reset_at, reset_by) = (
    SELECT journal_entries.occurred_at, journal_entries.actor_id FROM journal_entries
    WHERE journal_entries.resource_type = 'user' AND journal_entries.resource_id = users.id
        AND journal_entries.action = 'user.reset'
    ORDER BY journal_entries.id DESC LIMIT 1
);
