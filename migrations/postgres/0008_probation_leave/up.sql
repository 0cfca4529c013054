-- Working days of sick and personal leave within probation (R02); written with the absences, made anew at the first start after
-- this migration.
ALTER TABLE cadres ADD COLUMN probation_leave_days INTEGER NOT NULL DEFAULT 0;
