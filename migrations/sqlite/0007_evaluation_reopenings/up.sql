-- Forms that a manager accepts from a rater although the days for it have passed.
CREATE TABLE evaluation_reopenings (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    kind TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    -- UNIT, SELF or the mentor, as in evaluations.
    rater TEXT NOT NULL,
    -- The last day on which the form is accepted.
    until TEXT NOT NULL,
    CONSTRAINT evaluation_reopenings_form_key UNIQUE (cadre_id, kind, period_from, period_to, rater)
);
