CREATE TABLE mentors (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    name TEXT COLLATE "C" NOT NULL,
    sex TEXT COLLATE "C",
    political_status TEXT COLLATE "C",
    phone_encrypted BYTEA,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    post_title TEXT COLLATE "C",
    position_level TEXT COLLATE "C",
    political BOOLEAN NOT NULL,
    professional BOOLEAN NOT NULL,
    expertise TEXT COLLATE "C" NOT NULL,
    max_mentees INTEGER NOT NULL,
    -- Kept by assignments in their own transactions; the check is the last word on capacity.
    active_mentees INTEGER NOT NULL DEFAULT 0,
    status TEXT COLLATE "C" NOT NULL,
    appointed_on DATE,
    suspended_from DATE,
    suspended_until DATE,
    retired_on DATE,
    external_ids TEXT COLLATE "C" NOT NULL,
    CONSTRAINT mentors_capacity CHECK (active_mentees BETWEEN 0 AND max_mentees)
);
CREATE INDEX mentors_name ON mentors (name, id);
CREATE INDEX mentors_updated_at ON mentors (updated_at, id);
CREATE INDEX mentors_organization_id ON mentors (organization_id, id);
CREATE INDEX mentors_status ON mentors (status, id);
CREATE INDEX mentors_political ON mentors (political, id);
CREATE INDEX mentors_professional ON mentors (professional, id);
CREATE INDEX mentors_available_seats ON mentors ((max_mentees - active_mentees), id);
CREATE INDEX mentors_suspended_until ON mentors (suspended_until);

CREATE TABLE cadres (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    name TEXT COLLATE "C" NOT NULL,
    sex TEXT COLLATE "C",
    birth_date TEXT COLLATE "C",
    ethnicity TEXT COLLATE "C",
    political_status TEXT COLLATE "C",
    identity_masked TEXT COLLATE "C",
    phone_encrypted BYTEA,
    native_place TEXT COLLATE "C",
    household_registration TEXT COLLATE "C",
    education_level TEXT COLLATE "C",
    degree TEXT COLLATE "C",
    school TEXT COLLATE "C",
    major TEXT COLLATE "C",
    organization_id UUID NOT NULL REFERENCES organizations (id),
    post_title TEXT COLLATE "C",
    post_category TEXT COLLATE "C",
    rank TEXT COLLATE "C",
    recruitment_channel TEXT COLLATE "C",
    reported_on DATE NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    probation_extended_until DATE,
    -- Written by assignments alone: who reads this person's file as a mentor.
    political_mentor_id UUID REFERENCES mentors (id),
    professional_mentor_id UUID REFERENCES mentors (id),
    mentoring TEXT COLLATE "C" NOT NULL,
    -- How far the registered residence lies from the unit: NONE, COUNTY or PREFECTURE; unknown is null.
    non_local TEXT COLLATE "C",
    external_ids TEXT COLLATE "C" NOT NULL
);
CREATE INDEX cadres_name ON cadres (name, id);
CREATE INDEX cadres_reported_on ON cadres (reported_on, id);
CREATE INDEX cadres_updated_at ON cadres (updated_at, id);
CREATE INDEX cadres_organization_id ON cadres (organization_id, id);
CREATE INDEX cadres_status ON cadres (status, id);
CREATE INDEX cadres_post_category ON cadres (post_category, id);
CREATE INDEX cadres_mentoring ON cadres (mentoring, id);
CREATE INDEX cadres_non_local ON cadres (non_local, id);
CREATE INDEX cadres_political_mentor_id ON cadres (political_mentor_id, id);
CREATE INDEX cadres_professional_mentor_id ON cadres (professional_mentor_id, id);

-- Identity numbers, present and former: found by keyed digest, read only by decryption.
CREATE TABLE cadre_identities (
    digest BYTEA NOT NULL CONSTRAINT cadre_identities_digest_key PRIMARY KEY,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    encrypted BYTEA NOT NULL,
    present BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX cadre_identities_present ON cadre_identities (cadre_id) WHERE present;
CREATE INDEX cadre_identities_cadre_id ON cadre_identities (cadre_id);

-- Units and posts from–to; ends_on is the last day, null for the present post.
CREATE TABLE cadre_posts (
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    starts_on DATE NOT NULL,
    ends_on DATE,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    post_title TEXT COLLATE "C",
    post_category TEXT COLLATE "C",
    PRIMARY KEY (cadre_id, starts_on)
);
CREATE INDEX cadre_posts_organization_id ON cadre_posts (organization_id, cadre_id);

-- Turns of a career that are not posts: suspension, resumption, leaving, reinstatement, graduation, extension.
CREATE TABLE cadre_events (
    id UUID NOT NULL PRIMARY KEY,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    occurred_on DATE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C",
    until DATE,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX cadre_events_cadre_id ON cadre_events (cadre_id, occurred_on, id);

CREATE TABLE absences (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    kind TEXT COLLATE "C" NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    working_days INTEGER
);
CREATE INDEX absences_cadre_id ON absences (cadre_id, id);
CREATE INDEX absences_starts_on ON absences (starts_on, id);
CREATE INDEX absences_ends_on ON absences (ends_on, id);
CREATE INDEX absences_updated_at ON absences (updated_at, id);
