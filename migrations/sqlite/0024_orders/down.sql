DROP INDEX postings_status_planned_starts_on;
DROP INDEX postings_status_planned_ends_on;
CREATE INDEX follow_ups_done_on ON follow_ups (done_on, id);
DROP INDEX follow_ups_open_id;
DROP INDEX follow_ups_open;
