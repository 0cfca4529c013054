-- The decisions at the gate of a plan, as a JSON array in the order in which they were taken, and the last day that the phase has
-- without them: an extension moves ends_on alone.
ALTER TABLE plans ADD COLUMN decisions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE plans ADD COLUMN planned_ends_on TEXT NOT NULL DEFAULT '';
UPDATE plans SET planned_ends_on = ends_on;
