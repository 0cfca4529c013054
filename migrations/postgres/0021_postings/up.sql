-- An exchange: postings of several people that begin and end together, from the units that send to the units that receive and back.
CREATE TABLE exchanges (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    title TEXT COLLATE "C" NOT NULL,
    planned_starts_on DATE NOT NULL,
    planned_ends_on DATE NOT NULL,
    -- What follows from the statuses of its legs; written with them.
    status TEXT COLLATE "C" NOT NULL,
    end_reason TEXT COLLATE "C",
    -- The lowest unit above all that take part.
    organization_id UUID NOT NULL REFERENCES organizations (id),
    CHECK (planned_starts_on <= planned_ends_on)
);
CREATE INDEX exchanges_organization_id ON exchanges (organization_id, id);
CREATE INDEX exchanges_status ON exchanges (status, id);
CREATE INDEX exchanges_planned_starts_on ON exchanges (planned_starts_on, id);

-- A posting: practice of a cadre at a front, with a host.
-- `btree_gist` lets an exclusion constraint compare ids. It comes with PostgreSQL and is trusted: whoever owns the database may add it.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE postings (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    cadre_id UUID NOT NULL REFERENCES cadres (id),
    front TEXT COLLATE "C" NOT NULL,
    arrangement TEXT COLLATE "C" NOT NULL,
    -- The host: a unit of the tree, or the name of a body outside.
    host_organization_id UUID REFERENCES organizations (id),
    host_name TEXT COLLATE "C",
    lead_mentor_id UUID REFERENCES mentors (id),
    task TEXT COLLATE "C" NOT NULL,
    planned_starts_on DATE NOT NULL,
    planned_ends_on DATE NOT NULL,
    starts_on DATE,
    ends_on DATE,
    status TEXT COLLATE "C" NOT NULL,
    end_reason TEXT COLLATE "C",
    result_rating TEXT COLLATE "C",
    result_text TEXT COLLATE "C",
    growth_entry_id UUID REFERENCES growth_entries (id),
    exchange_id UUID REFERENCES exchanges (id),
    overrides TEXT COLLATE "C" NOT NULL,
    -- The unit and the phase of its first day.
    organization_id UUID NOT NULL REFERENCES organizations (id),
    phase TEXT COLLATE "C" NOT NULL,
    -- The unit the cadre is in now: it reads the whole file.
    present_organization_id UUID NOT NULL REFERENCES organizations (id),
    CHECK ((host_organization_id IS NULL) <> (host_name IS NULL)),
    CHECK (planned_starts_on <= planned_ends_on),
    CHECK (starts_on IS NULL OR starts_on <= COALESCE(ends_on, planned_ends_on)),
    -- No two that are to begin or to end have a day in common, as they are planned.
    CONSTRAINT postings_planned_apart EXCLUDE USING gist (
        cadre_id WITH =,
        daterange(COALESCE(starts_on, planned_starts_on), planned_ends_on, '[]') WITH &&
    ) WHERE (status IN ('PLANNED', 'ACTIVE')),
    -- Nobody was, or is, in two on the same day, but that on which one ended.
    CONSTRAINT postings_spent_apart EXCLUDE USING gist (
        cadre_id WITH =,
        daterange(starts_on, ends_on, '[)') WITH &&
    ) WHERE (starts_on IS NOT NULL)
);
CREATE INDEX postings_cadre_id ON postings (cadre_id, planned_starts_on);
CREATE INDEX postings_organization_id ON postings (organization_id, id);
CREATE INDEX postings_present_organization_id ON postings (present_organization_id, id);
CREATE INDEX postings_host_organization_id ON postings (host_organization_id, id);
CREATE INDEX postings_lead_mentor_id ON postings (lead_mentor_id, id);
CREATE INDEX postings_exchange_id ON postings (exchange_id, id) WHERE exchange_id IS NOT NULL;
CREATE INDEX postings_front ON postings (front, id);
CREATE INDEX postings_arrangement ON postings (arrangement, id);
CREATE INDEX postings_status ON postings (status, id);
CREATE INDEX postings_planned_starts_on ON postings (planned_starts_on, id);
CREATE INDEX postings_planned_ends_on ON postings (planned_ends_on, id);
