ALTER TABLE plans DROP COLUMN planned_ends_on;
ALTER TABLE plans DROP COLUMN decisions;
