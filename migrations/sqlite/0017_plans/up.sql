-- A cadre's plan of a phase: theme and goals from the template of its first day, and what the cadre wants of the career.
CREATE TABLE plans (
    id BLOB NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by BLOB,
    cadre_id BLOB NOT NULL REFERENCES cadres (id),
    phase TEXT NOT NULL,
    template_id BLOB NOT NULL REFERENCES phase_templates (id),
    theme TEXT NOT NULL,
    goals TEXT NOT NULL,
    career_plan TEXT,
    status TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    -- The unit the plan was made in; never rewritten.
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    -- The unit the cadre is in now: it reads the whole file.
    present_organization_id BLOB NOT NULL REFERENCES organizations (id)
);
CREATE UNIQUE INDEX plans_one_of_phase ON plans (cadre_id, phase);
CREATE INDEX plans_cadre_id ON plans (cadre_id, id);
CREATE INDEX plans_template_id ON plans (template_id, id);
CREATE INDEX plans_phase ON plans (phase, id);
CREATE INDEX plans_status ON plans (status, id);
CREATE INDEX plans_ends_on ON plans (ends_on, id);
CREATE INDEX plans_organization_id ON plans (organization_id, id);
CREATE INDEX plans_present_organization_id ON plans (present_organization_id, id);
