DROP TABLE evaluation_schedules;
