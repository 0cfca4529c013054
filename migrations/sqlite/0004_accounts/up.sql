CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    username TEXT NOT NULL CONSTRAINT users_username_key UNIQUE,
    display_name TEXT NOT NULL,
    mentor_id BLOB CONSTRAINT users_mentor_id_key UNIQUE REFERENCES mentors (id),
    cadre_id BLOB CONSTRAINT users_cadre_id_key UNIQUE REFERENCES cadres (id),
    disabled BOOLEAN NOT NULL,
    password_hash TEXT,
    activation_digest BLOB,
    activation_expires_at BIGINT,
    failed_logins INTEGER NOT NULL DEFAULT 0,
    locked_until BIGINT
);

CREATE TABLE user_grants (
    user_id BLOB NOT NULL REFERENCES users (id),
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    valid_until TEXT,
    PRIMARY KEY (user_id, position)
);
CREATE INDEX user_grants_organization_id ON user_grants (organization_id);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    user_agent TEXT
);
CREATE INDEX sessions_user_id ON sessions (user_id, id);

CREATE TABLE refresh_tokens (
    digest BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    issued_at BIGINT NOT NULL,
    used_at BIGINT,
    -- The token this one replaced; it stays good until this one is first used.
    predecessor BLOB,
    voided BOOLEAN NOT NULL
);
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_predecessor ON refresh_tokens (predecessor);

CREATE TABLE clients (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    name TEXT NOT NULL CONSTRAINT clients_name_key UNIQUE,
    scopes TEXT NOT NULL,
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    source TEXT,
    secret_digest BLOB,
    disabled BOOLEAN NOT NULL
);
CREATE INDEX clients_organization_id ON clients (organization_id);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_key BLOB NOT NULL,
    private_key_encrypted BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    retired_at BIGINT
);

-- Access tokens of a subject issued before this moment are void.
CREATE TABLE token_cutoffs (
    subject_id BLOB NOT NULL PRIMARY KEY,
    not_before BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX token_cutoffs_recorded_at ON token_cutoffs (recorded_at);
