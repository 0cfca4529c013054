-- What raters score and are asked, and how much each weighs; what is published is never edited.
CREATE TABLE evaluation_forms (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_by UUID,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    valid_from DATE NOT NULL,
    dimensions TEXT COLLATE "C" NOT NULL,
    raters TEXT COLLATE "C" NOT NULL,
    questions TEXT COLLATE "C" NOT NULL,
    minimum_raters INTEGER NOT NULL
);
-- Of a day and kind there is one.
CREATE UNIQUE INDEX evaluation_forms_one_of_day ON evaluation_forms (kind, valid_from) WHERE status = 'PUBLISHED';
CREATE INDEX evaluation_forms_kind ON evaluation_forms (kind, id);
CREATE INDEX evaluation_forms_status ON evaluation_forms (status, id);
CREATE INDEX evaluation_forms_valid_from ON evaluation_forms (valid_from, id);
-- The form that an evaluation is written on; none of those from before there were forms.
ALTER TABLE evaluations ADD COLUMN form_id UUID REFERENCES evaluation_forms (id);
CREATE INDEX evaluations_form_id ON evaluations (form_id, id);
-- Answers to the questions of that form, a JSON array; of most evaluations there are none.
CREATE TABLE evaluation_answers (
    evaluation_id UUID NOT NULL PRIMARY KEY REFERENCES evaluations (id) ON DELETE CASCADE,
    answers TEXT COLLATE "C" NOT NULL
);
