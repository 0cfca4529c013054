-- What the programme expects of a year: the city's own (no unit), and what counties add to it. Never edited once PUBLISHED.
CREATE TABLE phase_templates (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    organization_id BLOB REFERENCES organizations (id),
    phase TEXT NOT NULL,
    status TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    theme TEXT,
    targets TEXT NOT NULL,
    goals TEXT NOT NULL
);
-- Of a day there is one template of the city, and one of each county.
CREATE UNIQUE INDEX phase_templates_one_of_city ON phase_templates (phase, valid_from)
    WHERE status = 'PUBLISHED' AND organization_id IS NULL;
CREATE UNIQUE INDEX phase_templates_one_of_county ON phase_templates (organization_id, phase, valid_from)
    WHERE status = 'PUBLISHED' AND organization_id IS NOT NULL;
CREATE INDEX phase_templates_organization_id ON phase_templates (organization_id, id);
CREATE INDEX phase_templates_phase ON phase_templates (phase, id);
CREATE INDEX phase_templates_status ON phase_templates (status, id);
CREATE INDEX phase_templates_valid_from ON phase_templates (valid_from, id);
