-- What is still to be done, by the day it is due.
CREATE INDEX follow_ups_open ON follow_ups (due_on, id) WHERE done_on IS NULL;
