-- Forms that a manager accepts from a rater although the days for it have passed.
CREATE TABLE evaluation_reopenings (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    kind TEXT COLLATE "C" NOT NULL,
    period_from DATE NOT NULL,
    period_to DATE NOT NULL,
    -- UNIT, SELF or the mentor, as in evaluations.
    rater TEXT COLLATE "C" NOT NULL,
    -- The last day on which the form is accepted.
    until DATE NOT NULL,
    CONSTRAINT evaluation_reopenings_form_key UNIQUE (cadre_id, kind, period_from, period_to, rater)
);
