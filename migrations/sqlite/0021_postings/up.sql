-- An exchange: postings of several people that begin and end together, from the units that send to the units that receive and back.
CREATE TABLE exchanges (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    title TEXT NOT NULL,
    planned_starts_on TEXT NOT NULL,
    planned_ends_on TEXT NOT NULL,
    -- What follows from the statuses of its legs; written with them.
    status TEXT NOT NULL,
    end_reason TEXT,
    -- The lowest unit above all that take part.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    CHECK (planned_starts_on <= planned_ends_on)
);
CREATE INDEX exchanges_organization_id ON exchanges (organization_id, id);
CREATE INDEX exchanges_status ON exchanges (status, id);
CREATE INDEX exchanges_planned_starts_on ON exchanges (planned_starts_on, id);

-- A posting: practice of a cadre at a front, with a host.
CREATE TABLE postings (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    front TEXT NOT NULL,
    arrangement TEXT NOT NULL,
    -- The host: a unit of the tree, or the name of a body outside.
    host_organization_id BLOB REFERENCES organizations (id),
    host_name TEXT,
    lead_mentor_id BLOB REFERENCES mentors (id),
    task TEXT NOT NULL,
    planned_starts_on TEXT NOT NULL,
    planned_ends_on TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    status TEXT NOT NULL,
    end_reason TEXT,
    result_rating TEXT,
    result_text TEXT,
    growth_entry_id BLOB REFERENCES growth_entries (id),
    exchange_id BLOB REFERENCES exchanges (id),
    overrides TEXT NOT NULL,
    -- The unit and the phase of its first day.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    phase TEXT NOT NULL,
    -- The unit the cadre is in now: it reads the whole file.
    present_organization_id BLOB NOT NULL REFERENCES organizations (id),
    CHECK ((host_organization_id IS NULL) <> (host_name IS NULL)),
    CHECK (planned_starts_on <= planned_ends_on),
    CHECK (starts_on IS NULL OR starts_on <= COALESCE(ends_on, planned_ends_on))
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

-- What exclusion constraints are on PostgreSQL. No two that are to begin or to end have a day in common, as they are planned; and nobody
-- was, or is, in two on the same day, but that on which one ended.
CREATE TRIGGER postings_planned_apart_insert BEFORE INSERT ON postings
WHEN NEW.status IN ('PLANNED', 'ACTIVE') AND EXISTS (
    SELECT 1 FROM postings AS other
    WHERE other.cadre_id = NEW.cadre_id AND other.id <> NEW.id AND other.status IN ('PLANNED', 'ACTIVE')
      AND COALESCE(other.starts_on, other.planned_starts_on) <= NEW.planned_ends_on
      AND COALESCE(NEW.starts_on, NEW.planned_starts_on) <= other.planned_ends_on)
BEGIN SELECT RAISE(ABORT, 'EXCLUSION constraint failed: postings_planned_apart'); END;
CREATE TRIGGER postings_spent_apart_insert BEFORE INSERT ON postings
WHEN NEW.starts_on < COALESCE(NEW.ends_on, '9999-12-31') AND EXISTS (
    SELECT 1 FROM postings AS other
    WHERE other.cadre_id = NEW.cadre_id AND other.id <> NEW.id AND other.starts_on < COALESCE(other.ends_on, '9999-12-31')
      AND other.starts_on < COALESCE(NEW.ends_on, '9999-12-31')
      AND NEW.starts_on < COALESCE(other.ends_on, '9999-12-31'))
BEGIN SELECT RAISE(ABORT, 'EXCLUSION constraint failed: postings_spent_apart'); END;
CREATE TRIGGER postings_planned_apart_update BEFORE UPDATE ON postings
WHEN NEW.status IN ('PLANNED', 'ACTIVE') AND EXISTS (
    SELECT 1 FROM postings AS other
    WHERE other.cadre_id = NEW.cadre_id AND other.id <> NEW.id AND other.status IN ('PLANNED', 'ACTIVE')
      AND COALESCE(other.starts_on, other.planned_starts_on) <= NEW.planned_ends_on
      AND COALESCE(NEW.starts_on, NEW.planned_starts_on) <= other.planned_ends_on)
BEGIN SELECT RAISE(ABORT, 'EXCLUSION constraint failed: postings_planned_apart'); END;
CREATE TRIGGER postings_spent_apart_update BEFORE UPDATE ON postings
WHEN NEW.starts_on < COALESCE(NEW.ends_on, '9999-12-31') AND EXISTS (
    SELECT 1 FROM postings AS other
    WHERE other.cadre_id = NEW.cadre_id AND other.id <> NEW.id AND other.starts_on < COALESCE(other.ends_on, '9999-12-31')
      AND other.starts_on < COALESCE(NEW.ends_on, '9999-12-31')
      AND NEW.starts_on < COALESCE(other.ends_on, '9999-12-31'))
BEGIN SELECT RAISE(ABORT, 'EXCLUSION constraint failed: postings_spent_apart'); END;
