-- Why the last day of a plan is later than that of its phase, as a JSON array of causes, each with its days.
ALTER TABLE plans ADD COLUMN shifts TEXT NOT NULL DEFAULT '[]';
