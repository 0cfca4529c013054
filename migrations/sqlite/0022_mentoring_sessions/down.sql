DROP TABLE session_reveals;
DROP TABLE follow_ups;
DROP TABLE mentoring_sessions;
