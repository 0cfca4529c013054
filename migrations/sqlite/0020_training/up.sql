-- A training event: what a host offers to a subtree, with its seats. How many hold one stands in the row, so that the row's lock is all
-- that decides about the last seat.
CREATE TABLE training_events (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    -- The host.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    title TEXT NOT NULL,
    theme TEXT,
    kind TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    hours INTEGER NOT NULL,
    days INTEGER,
    seats INTEGER,
    place TEXT,
    open_to_organization_id BLOB NOT NULL REFERENCES organizations (id),
    open_to_phases TEXT NOT NULL,
    open_to_post_categories TEXT NOT NULL,
    status TEXT NOT NULL,
    cancel_reason TEXT,
    enrolled INTEGER NOT NULL CHECK (enrolled >= 0),
    waitlisted INTEGER NOT NULL CHECK (waitlisted >= 0),
    -- How many were ever enrolled: the number of the last.
    numbered INTEGER NOT NULL,
    CHECK (seats IS NULL OR enrolled <= seats)
);
CREATE INDEX training_events_organization_id ON training_events (organization_id, id);
CREATE INDEX training_events_open_to ON training_events (open_to_organization_id, id);
CREATE INDEX training_events_kind ON training_events (kind, id);
CREATE INDEX training_events_status ON training_events (status, id);
CREATE INDEX training_events_starts_on ON training_events (starts_on, id);

-- A cadre in an event: with a seat, or waiting for one in the order of the numbers.
CREATE TABLE enrolments (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    event_id BLOB NOT NULL REFERENCES training_events (id),
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    hours_credited INTEGER NOT NULL,
    days_credited INTEGER NOT NULL,
    result TEXT NOT NULL,
    score INTEGER,
    reason TEXT,
    -- The unit the cadre was enrolled in; never rewritten.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    -- The unit the cadre is in now: it reads the whole file.
    present_organization_id BLOB NOT NULL REFERENCES organizations (id),
    -- The host of the event: it keeps the attendance.
    host_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE UNIQUE INDEX enrolments_one_of_event ON enrolments (event_id, cadre_id);
CREATE INDEX enrolments_event_id ON enrolments (event_id, id);
CREATE INDEX enrolments_waiting ON enrolments (event_id, status, number);
CREATE INDEX enrolments_cadre_id ON enrolments (cadre_id, id);
CREATE INDEX enrolments_status ON enrolments (status, id);
CREATE INDEX enrolments_organization_id ON enrolments (organization_id, id);
CREATE INDEX enrolments_present_organization_id ON enrolments (present_organization_id, id);
CREATE INDEX enrolments_host_organization_id ON enrolments (host_organization_id, id);

-- What someone who took part thinks of it, numbered within the event. It stands apart from the enrolment, whose version would tell who
-- answered.
CREATE TABLE training_feedback (
    enrolment_id BLOB NOT NULL PRIMARY KEY REFERENCES enrolments (id),
    created_at BIGINT NOT NULL,
    event_id BLOB NOT NULL REFERENCES training_events (id),
    number INTEGER NOT NULL,
    rating INTEGER NOT NULL,
    text TEXT
);
CREATE UNIQUE INDEX training_feedback_number ON training_feedback (event_id, number);

-- What a cadre was credited with in a calendar year: sums of the enrolments, written with them.
CREATE TABLE training_hours (
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    year INTEGER NOT NULL,
    hours INTEGER NOT NULL,
    induction_days INTEGER NOT NULL,
    PRIMARY KEY (cadre_id, year)
);
