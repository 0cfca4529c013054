DROP TABLE token_cutoffs;
DROP TABLE signing_keys;
DROP TABLE clients;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE user_grants;
DROP TABLE users;
