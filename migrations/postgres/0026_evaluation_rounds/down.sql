DROP TABLE round_progress;
DROP TABLE rater_forms;
DROP TABLE evaluation_rounds;
