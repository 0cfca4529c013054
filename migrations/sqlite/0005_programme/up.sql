CREATE TABLE kinships (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    person_a_type TEXT NOT NULL,
    person_a_id BLOB NOT NULL,
    person_b_type TEXT NOT NULL,
    person_b_id BLOB NOT NULL,
    relation TEXT NOT NULL,
    CONSTRAINT kinships_pair_key UNIQUE (person_a_type, person_a_id, person_b_type, person_b_id)
);
CREATE INDEX kinships_person_a ON kinships (person_a_id);
CREATE INDEX kinships_person_b ON kinships (person_b_id);
CREATE INDEX kinships_created_by ON kinships (created_by, id);
CREATE INDEX kinships_relation ON kinships (relation, id);

CREATE TABLE assignments (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    mentor_id BLOB NOT NULL REFERENCES mentors (id),
    role TEXT NOT NULL,
    pairing_style TEXT,
    status TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    planned_ends_on TEXT,
    ends_on TEXT,
    end_reason TEXT,
    end_note TEXT,
    agreement TEXT,
    cross_unit_reason TEXT,
    replaces_id BLOB REFERENCES assignments (id),
    needs_replacement_since TEXT,
    needs_replacement_reason TEXT,
    -- Unit and phase of the record's own date; never rewritten.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    phase TEXT NOT NULL,
    -- The unit the cadre is in now: it reads the whole file.
    present_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE UNIQUE INDEX assignments_one_active ON assignments (cadre_id, role) WHERE status = 'ACTIVE';
CREATE UNIQUE INDEX assignments_distinct_mentors ON assignments (cadre_id, mentor_id) WHERE status = 'ACTIVE';
CREATE INDEX assignments_cadre_id ON assignments (cadre_id, id);
CREATE INDEX assignments_mentor_id ON assignments (mentor_id, id);
CREATE INDEX assignments_organization_id ON assignments (organization_id, id);
CREATE INDEX assignments_present_organization_id ON assignments (present_organization_id, id);
CREATE INDEX assignments_status ON assignments (status, id);
CREATE INDEX assignments_role ON assignments (role, id);
CREATE INDEX assignments_starts_on ON assignments (starts_on, id);
CREATE INDEX assignments_updated_at ON assignments (updated_at, id);
CREATE INDEX assignments_needs_replacement ON assignments (needs_replacement_since, id) WHERE needs_replacement_since IS NOT NULL;

CREATE TABLE evaluations (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    kind TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    evaluator_relation TEXT NOT NULL,
    evaluator_user_id BLOB,
    mentor_id BLOB REFERENCES mentors (id),
    -- Who writes it: UNIT, SELF or the mentor's id; one live form per cadre, kind, period and rater.
    rater TEXT NOT NULL,
    live BOOLEAN NOT NULL,
    scores TEXT NOT NULL,
    -- Hundredths of a point.
    overall_score INTEGER,
    grade TEXT,
    summary TEXT,
    suggestions TEXT,
    status TEXT NOT NULL,
    submitted_at BIGINT,
    return_reason TEXT,
    confirmed_at BIGINT,
    confirmed_by BLOB,
    acknowledged_at BIGINT,
    objection TEXT,
    supersedes_id BLOB REFERENCES evaluations (id),
    superseded_by_id BLOB REFERENCES evaluations (id),
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    phase TEXT NOT NULL,
    present_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE UNIQUE INDEX evaluations_one_live ON evaluations (cadre_id, kind, period_from, period_to, rater) WHERE live;
CREATE INDEX evaluations_cadre_id ON evaluations (cadre_id, period_to, id);
CREATE INDEX evaluations_period_to ON evaluations (period_to, id);
CREATE INDEX evaluations_period_from ON evaluations (period_from, id);
CREATE INDEX evaluations_updated_at ON evaluations (updated_at, id);
CREATE INDEX evaluations_organization_id ON evaluations (organization_id, id);
CREATE INDEX evaluations_present_organization_id ON evaluations (present_organization_id, id);
CREATE INDEX evaluations_kind ON evaluations (kind, id);
CREATE INDEX evaluations_status ON evaluations (status, id);
CREATE INDEX evaluations_evaluator_relation ON evaluations (evaluator_relation, id);
CREATE INDEX evaluations_evaluator_user_id ON evaluations (evaluator_user_id, id);
CREATE INDEX evaluations_mentor_id ON evaluations (mentor_id, id);

CREATE TABLE growth_entries (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    occurred_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    participation TEXT,
    support TEXT,
    outcome TEXT,
    evidence TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    verified_by BLOB,
    dispute_reason TEXT,
    supersedes_id BLOB REFERENCES growth_entries (id),
    superseded_by_id BLOB REFERENCES growth_entries (id),
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    phase TEXT NOT NULL,
    present_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE INDEX growth_entries_cadre_id ON growth_entries (cadre_id, occurred_on, id);
CREATE INDEX growth_entries_occurred_on ON growth_entries (occurred_on, id);
CREATE INDEX growth_entries_organization_id ON growth_entries (organization_id, id);
CREATE INDEX growth_entries_present_organization_id ON growth_entries (present_organization_id, id);
CREATE INDEX growth_entries_kind ON growth_entries (kind, id);
CREATE INDEX growth_entries_status ON growth_entries (status, id);
