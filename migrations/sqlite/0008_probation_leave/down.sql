ALTER TABLE cadres DROP COLUMN probation_leave_days;
