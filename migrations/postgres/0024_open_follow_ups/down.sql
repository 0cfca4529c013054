DROP INDEX follow_ups_open;
