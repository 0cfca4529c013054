DROP TABLE search_keys;
DROP TABLE external_ids;
DROP TABLE journal_seals;
DROP TABLE journal_pending;
DROP TABLE journal_payloads;
DROP TABLE journal_entries;
DROP TABLE idempotency_keys;
DROP TABLE service_state;
