-- Identity numbers an account submitted that led to no change, as keyed tags of the number and of its first 14 digits: who tries one
-- after another to learn which is somebody's is refused.
CREATE TABLE guesses (
    account_id UUID NOT NULL,
    number BYTEA NOT NULL,
    prefix BYTEA NOT NULL,
    submitted_at BIGINT NOT NULL,
    -- Whether it is the number of somebody out of the account's reach.
    collided BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, number)
);
CREATE INDEX guesses_prefix ON guesses (account_id, prefix);
CREATE INDEX guesses_submitted_at ON guesses (account_id, submitted_at);
