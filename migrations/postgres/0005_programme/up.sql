CREATE TABLE kinships (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    person_a_type TEXT COLLATE "C" NOT NULL,
    person_a_id UUID NOT NULL,
    person_b_type TEXT COLLATE "C" NOT NULL,
    person_b_id UUID NOT NULL,
    relation TEXT COLLATE "C" NOT NULL,
    CONSTRAINT kinships_pair_key UNIQUE (person_a_type, person_a_id, person_b_type, person_b_id)
);
CREATE INDEX kinships_person_a ON kinships (person_a_id);
CREATE INDEX kinships_person_b ON kinships (person_b_id);
CREATE INDEX kinships_created_by ON kinships (created_by, id);
CREATE INDEX kinships_relation ON kinships (relation, id);

CREATE TABLE assignments (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    mentor_id UUID NOT NULL REFERENCES mentors (id),
    role TEXT COLLATE "C" NOT NULL,
    pairing_style TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    starts_on DATE NOT NULL,
    planned_ends_on DATE,
    ends_on DATE,
    end_reason TEXT COLLATE "C",
    end_note TEXT COLLATE "C",
    agreement TEXT COLLATE "C",
    cross_unit_reason TEXT COLLATE "C",
    replaces_id UUID REFERENCES assignments (id),
    needs_replacement_since DATE,
    needs_replacement_reason TEXT COLLATE "C",
    -- Unit and phase of the record's own date; never rewritten.
    organization_id UUID NOT NULL REFERENCES organizations (id),
    phase TEXT COLLATE "C" NOT NULL,
    -- The unit the cadre is in now: it reads the whole file.
    present_organization_id UUID NOT NULL REFERENCES organizations (id)
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
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    kind TEXT COLLATE "C" NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    evaluator_relation TEXT COLLATE "C" NOT NULL,
    evaluator_user_id UUID,
    mentor_id UUID REFERENCES mentors (id),
    -- Who writes it: UNIT, SELF or the mentor's id; one live form per cadre, kind, period and rater.
    rater TEXT COLLATE "C" NOT NULL,
    live BOOLEAN NOT NULL,
    scores TEXT COLLATE "C" NOT NULL,
    -- Hundredths of a point.
    overall_score INTEGER,
    grade TEXT COLLATE "C",
    summary TEXT COLLATE "C",
    suggestions TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    submitted_at BIGINT,
    return_reason TEXT COLLATE "C",
    confirmed_at BIGINT,
    confirmed_by UUID,
    acknowledged_at BIGINT,
    objection TEXT COLLATE "C",
    supersedes_id UUID REFERENCES evaluations (id),
    superseded_by_id UUID REFERENCES evaluations (id),
    organization_id UUID NOT NULL REFERENCES organizations (id),
    phase TEXT COLLATE "C" NOT NULL,
    present_organization_id UUID NOT NULL REFERENCES organizations (id)
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
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    occurred_on DATE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    participation TEXT COLLATE "C",
    support TEXT COLLATE "C",
    outcome TEXT COLLATE "C",
    evidence TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    verified_by UUID,
    dispute_reason TEXT COLLATE "C",
    supersedes_id UUID REFERENCES growth_entries (id),
    superseded_by_id UUID REFERENCES growth_entries (id),
    organization_id UUID NOT NULL REFERENCES organizations (id),
    phase TEXT COLLATE "C" NOT NULL,
    present_organization_id UUID NOT NULL REFERENCES organizations (id)
);
CREATE INDEX growth_entries_cadre_id ON growth_entries (cadre_id, occurred_on, id);
CREATE INDEX growth_entries_occurred_on ON growth_entries (occurred_on, id);
CREATE INDEX growth_entries_organization_id ON growth_entries (organization_id, id);
CREATE INDEX growth_entries_present_organization_id ON growth_entries (present_organization_id, id);
CREATE INDEX growth_entries_kind ON growth_entries (kind, id);
CREATE INDEX growth_entries_status ON growth_entries (status, id);
