-- What the service remembers about itself: the demo mark, the setup token's digest, the last day made up.
CREATE TABLE service_state (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE idempotency_keys (
    account_id BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- A row is written once. What may have to be erased one day stands in journal_payloads, not here.
CREATE TABLE journal_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    occurred_at BIGINT NOT NULL,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    version BIGINT NOT NULL,
    changed_fields TEXT NOT NULL,
    organization_id BLOB,
    cadre_id BLOB,
    actor_type TEXT NOT NULL,
    actor_id BLOB,
    request_id TEXT,
    payload_digest BLOB
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
    salt BLOB NOT NULL,
    payload TEXT NOT NULL
);

-- What waits for the sealer; a queue, so that finding it never scans the journal.
CREATE TABLE journal_pending (
    entry_id BIGINT NOT NULL PRIMARY KEY REFERENCES journal_entries (id)
);

CREATE TABLE journal_seals (
    position BIGINT NOT NULL PRIMARY KEY,
    entry_id BIGINT NOT NULL UNIQUE REFERENCES journal_entries (id),
    leaf_hash BLOB NOT NULL,
    chain_hash BLOB NOT NULL,
    sealed_at BIGINT NOT NULL
);

CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal rows are written once'); END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal rows are written once'); END;
CREATE TRIGGER journal_seals_no_update BEFORE UPDATE ON journal_seals BEGIN SELECT RAISE(ABORT, 'journal seals are written once'); END;
CREATE TRIGGER journal_seals_no_delete BEFORE DELETE ON journal_seals BEGIN SELECT RAISE(ABORT, 'journal seals are written once'); END;

-- Ids of organizations, cadres and mentors in the systems that send them.
CREATE TABLE external_ids (
    resource_type TEXT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    PRIMARY KEY (resource_type, source, external_id)
);
CREATE INDEX external_ids_resource_id ON external_ids (resource_id);

-- What the filter q finds by prefix: lower-cased names and pinyin initials.
CREATE TABLE search_keys (
    resource_type TEXT NOT NULL,
    search_key TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    PRIMARY KEY (resource_type, search_key, resource_id)
);
CREATE INDEX search_keys_resource_id ON search_keys (resource_id);
