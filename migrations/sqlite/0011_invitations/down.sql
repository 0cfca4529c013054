ALTER TABLE users DROP COLUMN reset_by;
ALTER TABLE users DROP COLUMN reset_at;
ALTER TABLE users DROP COLUMN invited_by;
ALTER TABLE users DROP COLUMN invited_at;
ALTER TABLE users DROP COLUMN activation_failures;
ALTER TABLE users DROP COLUMN activated_at;
