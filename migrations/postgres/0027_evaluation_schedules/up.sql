-- Rounds that are made by themselves at the beginning of each quarter or year.
CREATE TABLE evaluation_schedules (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    kind TEXT COLLATE "C" NOT NULL,
    -- Days from the last of a period.
    opens_after_days INTEGER NOT NULL,
    due_after_days INTEGER NOT NULL,
    closes_after_days INTEGER NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    -- The first day of the period whose round is made next.
    next_from DATE NOT NULL
);
CREATE UNIQUE INDEX evaluation_schedules_in_force ON evaluation_schedules (organization_id, kind) WHERE status = 'ACTIVE';
CREATE INDEX evaluation_schedules_organization_id ON evaluation_schedules (organization_id, id);
CREATE INDEX evaluation_schedules_status ON evaluation_schedules (status, id);
