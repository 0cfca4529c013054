CREATE TABLE organizations (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    code TEXT COLLATE "C" NOT NULL CONSTRAINT organizations_code_key UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    short_name TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    parent_id UUID REFERENCES organizations (id),
    -- The ids of the ancestors and its own, shortened: a subtree is a half-open range of paths.
    path TEXT COLLATE "C" NOT NULL CONSTRAINT organizations_path_key UNIQUE,
    division_code TEXT COLLATE "C",
    remote BOOLEAN NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    valid_from DATE,
    valid_to DATE,
    successor_id UUID REFERENCES organizations (id),
    external_ids TEXT COLLATE "C" NOT NULL
);
CREATE INDEX organizations_parent_id ON organizations (parent_id, id);
CREATE INDEX organizations_kind ON organizations (kind, id);
CREATE INDEX organizations_division_code ON organizations (division_code, id);
CREATE INDEX organizations_remote ON organizations (remote, id);
CREATE INDEX organizations_status ON organizations (status, id);
CREATE INDEX organizations_successor_id ON organizations (successor_id);

-- Former names and codes stay findable.
CREATE TABLE organization_names (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    valid_to DATE NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    short_name TEXT COLLATE "C",
    PRIMARY KEY (organization_id, valid_to)
);
CREATE INDEX organization_names_code ON organization_names (code);
