-- The networks each user signed in from, as keyed tags: a guesser elsewhere does not keep the owner out of those.
CREATE TABLE known_networks (
    user_id UUID NOT NULL REFERENCES users (id),
    network BYTEA NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, network)
);
