DROP TABLE growth_entries;
DROP TABLE evaluations;
DROP TABLE assignments;
DROP TABLE kinships;
