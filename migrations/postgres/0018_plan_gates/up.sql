-- The decisions at the gate of a plan, as a JSON array in the order in which they were taken, and the last day that the phase has
-- without them: an extension moves ends_on alone.
ALTER TABLE plans ADD COLUMN decisions TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE plans ADD COLUMN planned_ends_on DATE;
UPDATE plans SET planned_ends_on = ends_on;
ALTER TABLE plans ALTER COLUMN planned_ends_on SET NOT NULL;
