-- What the programme expects of a year: the city's own (no unit), and what counties add to it. Never edited once PUBLISHED.
CREATE TABLE phase_templates (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    organization_id UUID REFERENCES organizations (id),
    phase TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    valid_from DATE NOT NULL,
    theme TEXT COLLATE "C",
    targets TEXT COLLATE "C" NOT NULL,
    goals TEXT COLLATE "C" NOT NULL
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
