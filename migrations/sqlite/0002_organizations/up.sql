CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    code TEXT NOT NULL CONSTRAINT organizations_code_key UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT,
    kind TEXT NOT NULL,
    parent_id BLOB REFERENCES organizations (id),
    -- The ids of the ancestors and its own, shortened: a subtree is a half-open range of paths.
    path TEXT NOT NULL CONSTRAINT organizations_path_key UNIQUE,
    division_code TEXT,
    remote BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    successor_id BLOB REFERENCES organizations (id),
    external_ids TEXT NOT NULL
);
CREATE INDEX organizations_parent_id ON organizations (parent_id, id);
CREATE INDEX organizations_kind ON organizations (kind, id);
CREATE INDEX organizations_division_code ON organizations (division_code, id);
CREATE INDEX organizations_remote ON organizations (remote, id);
CREATE INDEX organizations_status ON organizations (status, id);
CREATE INDEX organizations_successor_id ON organizations (successor_id);

-- Former names and codes stay findable.
CREATE TABLE organization_names (
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    valid_to TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT,
    PRIMARY KEY (organization_id, valid_to)
);
CREATE INDEX organization_names_code ON organization_names (code);
