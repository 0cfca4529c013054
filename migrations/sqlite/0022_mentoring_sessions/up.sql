-- A mentoring session: a talk of a pair. One in a group has a row for each cadre who took part.
CREATE TABLE mentoring_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    mentor_id BLOB NOT NULL REFERENCES mentors (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    role TEXT NOT NULL,
    kind TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    occurred_on TEXT NOT NULL,
    -- Which talk of this kind on this day; 0 for the first.
    ordinal INTEGER NOT NULL,
    confidential BOOLEAN NOT NULL,
    minutes INTEGER,
    -- Topics, place and note, sealed for this row.
    words BLOB NOT NULL,
    -- The row that the group's record was made with.
    group_id BLOB REFERENCES mentoring_sessions (id),
    recorded_by TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    confirmed_at BIGINT,
    -- The unit of the pair, and the one the cadre is in now.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    present_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE UNIQUE INDEX mentoring_sessions_once ON mentoring_sessions (assignment_id, kind, occurred_on, ordinal);
CREATE INDEX mentoring_sessions_cadre_id ON mentoring_sessions (cadre_id, occurred_on, id);
CREATE INDEX mentoring_sessions_mentor_id ON mentoring_sessions (mentor_id, occurred_on, id);
CREATE INDEX mentoring_sessions_organization_id ON mentoring_sessions (organization_id, id);
CREATE INDEX mentoring_sessions_present_organization_id ON mentoring_sessions (present_organization_id, id);
CREATE INDEX mentoring_sessions_kind ON mentoring_sessions (kind, id);
CREATE INDEX mentoring_sessions_occurred_on ON mentoring_sessions (occurred_on, id);
CREATE INDEX mentoring_sessions_group_id ON mentoring_sessions (group_id, id) WHERE group_id IS NOT NULL;

-- What was agreed in a talk, until it is done.
CREATE TABLE follow_ups (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    session_id BLOB NOT NULL REFERENCES mentoring_sessions (id),
    -- Its place among those of the talk.
    ordinal INTEGER NOT NULL,
    owner TEXT NOT NULL,
    -- What is to be done, sealed for this row.
    words BLOB NOT NULL,
    due_on TEXT NOT NULL,
    done_on TEXT,
    -- Of the talk, so that a list reads one table.
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    mentor_id BLOB NOT NULL REFERENCES mentors (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    confidential BOOLEAN NOT NULL,
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    present_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE INDEX follow_ups_session_id ON follow_ups (session_id, ordinal);
CREATE INDEX follow_ups_cadre_id ON follow_ups (cadre_id, due_on, id);
CREATE INDEX follow_ups_mentor_id ON follow_ups (mentor_id, due_on, id);
CREATE INDEX follow_ups_assignment_id ON follow_ups (assignment_id) WHERE done_on IS NULL;
CREATE INDEX follow_ups_organization_id ON follow_ups (organization_id, id);
CREATE INDEX follow_ups_present_organization_id ON follow_ups (present_organization_id, id);
CREATE INDEX follow_ups_due_on ON follow_ups (due_on, id);
CREATE INDEX follow_ups_done_on ON follow_ups (done_on, id);

-- Two people who open a confidential talk together: one asks, another agrees.
CREATE TABLE session_reveals (
    id BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES mentoring_sessions (id),
    asked_by BLOB NOT NULL,
    asked_at BIGINT NOT NULL,
    agreed_by BLOB,
    agreed_at BIGINT,
    CHECK ((agreed_by IS NULL) = (agreed_at IS NULL)),
    CHECK (agreed_by <> asked_by)
);
CREATE INDEX session_reveals_session_id ON session_reveals (session_id, asked_at);
