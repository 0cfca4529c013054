DROP TABLE postings;
DROP TABLE exchanges;
