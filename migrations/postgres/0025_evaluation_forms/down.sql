DROP TABLE evaluation_answers;
DROP INDEX evaluations_form_id;
ALTER TABLE evaluations DROP COLUMN form_id;
DROP TABLE evaluation_forms;
