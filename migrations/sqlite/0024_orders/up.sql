-- What is still to be done, by the day it is due, and by id. What is done is most of all, and looked up by nothing.
CREATE INDEX follow_ups_open ON follow_ups (due_on, id) WHERE done_on IS NULL;
CREATE INDEX follow_ups_open_id ON follow_ups (id) WHERE done_on IS NULL;
DROP INDEX follow_ups_done_on;
-- What runs, by its end, and what is to begin, by its first day.
CREATE INDEX postings_status_planned_ends_on ON postings (status, planned_ends_on, id);
CREATE INDEX postings_status_planned_starts_on ON postings (status, planned_starts_on, id);
