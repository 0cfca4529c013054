DROP TABLE training_hours;
DROP TABLE training_feedback;
DROP TABLE enrolments;
DROP TABLE training_events;
