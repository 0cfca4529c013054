DROP TABLE absences;
DROP TABLE cadre_events;
DROP TABLE cadre_posts;
DROP TABLE cadre_identities;
DROP TABLE cadres;
DROP TABLE mentors;
