-- What the service remembers about itself: the demo mark, the setup token's digest, the last day made up.
CREATE TABLE service_state (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE idempotency_keys (
    account_id UUID NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- A row is written once. What may have to be erased one day stands in journal_payloads, not here.
CREATE TABLE journal_entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at BIGINT NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    resource_id UUID NOT NULL,
    version BIGINT NOT NULL,
    changed_fields TEXT COLLATE "C" NOT NULL,
    organization_id UUID,
    cadre_id UUID,
    actor_type TEXT COLLATE "C" NOT NULL,
    actor_id UUID,
    request_id TEXT COLLATE "C",
    payload_digest BYTEA
);
CREATE INDEX journal_entries_resource_id ON journal_entries (resource_id, id);
CREATE INDEX journal_entries_resource_type ON journal_entries (resource_type, id);
CREATE INDEX journal_entries_cadre_id ON journal_entries (cadre_id, id);
CREATE INDEX journal_entries_actor_id ON journal_entries (actor_id, id);
CREATE INDEX journal_entries_action ON journal_entries (action, id);
CREATE INDEX journal_entries_occurred_at ON journal_entries (occurred_at, id);
CREATE INDEX journal_entries_organization_id ON journal_entries (organization_id, id);

CREATE TABLE journal_payloads (
    entry_id BIGINT NOT NULL PRIMARY KEY REFERENCES journal_entries (id),
    salt BYTEA NOT NULL,
    payload TEXT COLLATE "C" NOT NULL
);

-- What waits for the sealer; a queue, so that finding it never scans the journal.
CREATE TABLE journal_pending (
    entry_id BIGINT NOT NULL PRIMARY KEY REFERENCES journal_entries (id)
);

CREATE TABLE journal_seals (
    position BIGINT NOT NULL PRIMARY KEY,
    entry_id BIGINT NOT NULL UNIQUE REFERENCES journal_entries (id),
    leaf_hash BYTEA NOT NULL,
    chain_hash BYTEA NOT NULL,
    sealed_at BIGINT NOT NULL
);

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal rows are written once'; END $$;
CREATE TRIGGER journal_entries_no_change BEFORE UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_seals_no_change BEFORE UPDATE OR DELETE ON journal_seals FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_entries_no_truncate BEFORE TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_seals_no_truncate BEFORE TRUNCATE ON journal_seals FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

-- Ids of organizations, cadres and mentors in the systems that send them.
CREATE TABLE external_ids (
    resource_type TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    resource_id UUID NOT NULL,
    PRIMARY KEY (resource_type, source, external_id)
);
CREATE INDEX external_ids_resource_id ON external_ids (resource_id);

-- What the filter q finds by prefix: lower-cased names and pinyin initials.
CREATE TABLE search_keys (
    resource_type TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    resource_id UUID NOT NULL,
    PRIMARY KEY (resource_type, search_key, resource_id)
);
CREATE INDEX search_keys_resource_id ON search_keys (resource_id);
