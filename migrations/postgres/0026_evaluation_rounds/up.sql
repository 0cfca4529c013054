-- A term of appraisal of a unit and all below it: what is asked of whom, and until when.
CREATE TABLE evaluation_rounds (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    kind TEXT COLLATE "C" NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    form_id UUID NOT NULL REFERENCES evaluation_forms (id),
    -- The raters who are asked, a JSON array.
    raters TEXT COLLATE "C" NOT NULL,
    opens_on DATE NOT NULL,
    due_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    -- The day for which all forms were issued; those who joined since get theirs the next day.
    issued_on DATE
);
CREATE UNIQUE INDEX evaluation_rounds_once ON evaluation_rounds (organization_id, kind, period_from, period_to);
CREATE INDEX evaluation_rounds_form_id ON evaluation_rounds (form_id, id);
CREATE INDEX evaluation_rounds_kind ON evaluation_rounds (kind, id);
CREATE INDEX evaluation_rounds_status ON evaluation_rounds (status, id);
CREATE INDEX evaluation_rounds_period_to ON evaluation_rounds (period_to, id);
CREATE INDEX evaluation_rounds_organization_id ON evaluation_rounds (organization_id, id);
-- Who is to rate whom in a round, and how far they have come.
CREATE TABLE rater_forms (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    round_id UUID NOT NULL REFERENCES evaluation_rounds (id),
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    kind TEXT COLLATE "C" NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    evaluator_relation TEXT COLLATE "C" NOT NULL,
    mentor_id UUID REFERENCES mentors (id),
    -- UNIT, HOST_UNIT, SELF or the mentor's id, as in evaluations.
    rater TEXT COLLATE "C" NOT NULL,
    -- The rater's unit, under which the form is counted; never rewritten.
    organization_id UUID NOT NULL REFERENCES organizations (id),
    status TEXT COLLATE "C" NOT NULL,
    missed_reason TEXT COLLATE "C",
    evaluation_id UUID REFERENCES evaluations (id),
    -- Whether the round takes it still.
    open BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX rater_forms_once ON rater_forms (cadre_id, kind, period_from, period_to, evaluator_relation);
CREATE INDEX rater_forms_round_id ON rater_forms (round_id, id);
CREATE INDEX rater_forms_status ON rater_forms (round_id, status, id);
CREATE INDEX rater_forms_organization_id ON rater_forms (organization_id, round_id, id);
CREATE INDEX rater_forms_mentor_id ON rater_forms (mentor_id, id) WHERE mentor_id IS NOT NULL;
CREATE INDEX rater_forms_evaluation_id ON rater_forms (evaluation_id, id) WHERE evaluation_id IS NOT NULL;
-- Their counters, by round and unit.
CREATE TABLE round_progress (
    round_id UUID NOT NULL REFERENCES evaluation_rounds (id),
    organization_id UUID NOT NULL REFERENCES organizations (id),
    expected INTEGER NOT NULL,
    draft INTEGER NOT NULL,
    submitted INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    PRIMARY KEY (round_id, organization_id)
);
CREATE INDEX round_progress_organization_id ON round_progress (organization_id, round_id);
