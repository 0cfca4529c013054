CREATE TABLE users (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    username TEXT COLLATE "C" NOT NULL CONSTRAINT users_username_key UNIQUE,
    display_name TEXT COLLATE "C" NOT NULL,
    mentor_id UUID CONSTRAINT users_mentor_id_key UNIQUE REFERENCES mentors (id),
    cadre_id UUID CONSTRAINT users_cadre_id_key UNIQUE REFERENCES cadres (id),
    disabled BOOLEAN NOT NULL,
    password_hash TEXT COLLATE "C",
    activation_digest BYTEA,
    activation_expires_at BIGINT,
    failed_logins INTEGER NOT NULL DEFAULT 0,
    locked_until BIGINT
);

CREATE TABLE user_grants (
    user_id UUID NOT NULL REFERENCES users (id),
    position INTEGER NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    organization_id UUID REFERENCES organizations (id),
    valid_until DATE,
    PRIMARY KEY (user_id, position)
);
CREATE INDEX user_grants_organization_id ON user_grants (organization_id);

CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    user_agent TEXT COLLATE "C"
);
CREATE INDEX sessions_user_id ON sessions (user_id, id);

CREATE TABLE refresh_tokens (
    digest BYTEA NOT NULL PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id),
    issued_at BIGINT NOT NULL,
    used_at BIGINT,
    -- The token this one replaced; it stays good until this one is first used.
    predecessor BYTEA,
    voided BOOLEAN NOT NULL
);
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_predecessor ON refresh_tokens (predecessor);

CREATE TABLE clients (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    name TEXT COLLATE "C" NOT NULL CONSTRAINT clients_name_key UNIQUE,
    scopes TEXT COLLATE "C" NOT NULL,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    source TEXT COLLATE "C",
    secret_digest BYTEA,
    disabled BOOLEAN NOT NULL
);
CREATE INDEX clients_organization_id ON clients (organization_id);

CREATE TABLE signing_keys (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    algorithm TEXT COLLATE "C" NOT NULL,
    public_key BYTEA NOT NULL,
    private_key_encrypted BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    retired_at BIGINT
);

-- Access tokens of a subject issued before this moment are void.
CREATE TABLE token_cutoffs (
    subject_id UUID NOT NULL PRIMARY KEY,
    not_before BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX token_cutoffs_recorded_at ON token_cutoffs (recorded_at);
