//! The integration tests: one binary, one file per room, every test with an application and a database of its own.
//!
//! They run on SQLite, and on PostgreSQL when `XINMIAO_TEST_DATABASE_URL` names a server on which databases may be made.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test says what it expects the short way and stands outside the service"
)]

mod absences;
mod accounts;
mod architecture;
mod assignments;
mod bounds;
mod budgets;
mod cadence;
mod cadre_members;
mod cadres;
mod careers;
mod code_sets;
mod command_line;
mod connections;
mod dates;
mod deadlines;
mod demo;
mod evaluation_forms;
mod evaluation_rounds;
mod evaluation_rounds_forms;
mod evaluation_scene;
mod evaluation_schedules;
mod evaluations;
mod evaluations_hosts;
mod evaluations_visibility;
mod examples;
mod exchanges;
mod external_ids;
mod follow_ups;
mod graduation;
mod growth_entries;
mod growth_file;
mod guesses;
mod guests;
mod idempotency;
mod import;
mod import_files;
mod import_parts;
mod import_units;
mod independence;
mod journal_truth;
mod kinships;
mod list_forms;
mod lists;
mod matching;
mod mentoring_sessions;
mod mentors;
mod mentors_leaving;
mod mentors_reach;
mod mentors_seats;
mod migrations;
mod objections;
mod openapi;
mod organizations;
mod pages;
mod permissions;
mod phase_templates;
mod phones;
mod plan_gate_verbs;
mod plan_gates;
mod plan_goals;
mod plan_scene;
mod plans;
mod plans_fresh;
mod plans_orders;
mod posting_scene;
mod postings;
mod postings_apart;
mod postings_file;
mod postings_life;
mod preconditions;
mod probation;
mod problems;
mod programme_plans;
mod replays;
mod rows_read;
mod secrets;
mod service;
mod session_scene;
mod session_secrets;
mod statistics;
mod subtrees;
mod subtrees_many;
mod summary;
mod support;
mod tables;
mod training;
mod training_enrolments;
mod training_hours;
mod training_scene;
mod transitions;
mod unique_keys;
