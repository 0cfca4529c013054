CREATE TABLE matching_runs (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    status TEXT COLLATE "C" NOT NULL,
    -- What was asked, as JSON.
    terms TEXT COLLATE "C" NOT NULL,
    -- What came of it, as JSON: coverage and certificate.
    outcome TEXT COLLATE "C" NOT NULL,
    input_digest TEXT COLLATE "C" NOT NULL,
    result_digest TEXT COLLATE "C" NOT NULL,
    journal_position BIGINT NOT NULL,
    duration_ms INTEGER NOT NULL,
    applied_at BIGINT,
    applied_by UUID
);
CREATE INDEX matching_runs_organization_id ON matching_runs (organization_id, id);
CREATE INDEX matching_runs_status ON matching_runs (status, id);
CREATE INDEX matching_runs_updated_at ON matching_runs (updated_at, id);

CREATE TABLE matching_proposals (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    run_id UUID NOT NULL REFERENCES matching_runs (id),
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    role TEXT COLLATE "C" NOT NULL,
    -- The cadre's unit when the run was computed.
    organization_id UUID NOT NULL REFERENCES organizations (id),
    mentor_id UUID REFERENCES mentors (id),
    matched BOOLEAN NOT NULL,
    -- The active pair that the seat had when the run was computed.
    present_id UUID REFERENCES assignments (id),
    -- JSON: the factors' values, the runner-up, and for an empty seat the reason.
    explanation TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL,
    -- Mentors kept away from this seat by hand, as a JSON array.
    banned TEXT COLLATE "C" NOT NULL,
    CONSTRAINT matching_proposals_seat_key UNIQUE (run_id, cadre_id, role)
);
CREATE INDEX matching_proposals_run_id ON matching_proposals (run_id, id);
CREATE INDEX matching_proposals_mentor_id ON matching_proposals (run_id, mentor_id, id);
CREATE INDEX matching_proposals_role ON matching_proposals (run_id, role, id);
CREATE INDEX matching_proposals_matched ON matching_proposals (run_id, matched, id);
CREATE INDEX matching_proposals_cadre_id ON matching_proposals (cadre_id);
CREATE INDEX matching_proposals_mentor ON matching_proposals (mentor_id);
