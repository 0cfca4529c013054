//! Xinmiao (新苗) runs a city's three-year programme for newly recruited cadres. This page is the map of the house.
//!
//! # Two ideas
//!
//! **A resource is one room.** Everything about assignments is in [`assignments`]; nobody looks for a noun in four places.
//!
//! **One line separates two worlds.** Outside the closure given to the database: async, HTTP, tokens. Inside it: plain
//! synchronous Rust on a [`db::DbConn`], one transaction, no clock, no network. The closure *is* the use case.
//!
//! # The way of a request
//!
//! [`app`] mounted the room's routes. [`http::envelope`] gave the request an id and will turn whatever fails into a problem
//! document. The guard in the handler's signature, [`http::Authorized`], verified the token without I/O and looked the
//! permission up in [`access::TABLE`]. The body was parsed into values that are valid because they exist ([`values`]), all
//! faults at once. The handler hands a closure to [`http::AppState`], which opens one transaction, under the request's
//! idempotency key if it has one; the room's `service` decides, its `store` writes, [`journal::record`] leaves the trace. The
//! reply is data ([`http::Reply`]), rendered as the caller may see it.
//!
//! # Floors
//!
//! A module imports only lower floors; `tests/it/architecture.rs` proves it.
//!
//! | floor | what stands there |
//! |---|---|
//! | ground | [`clock`], [`ids`], [`error`], [`config`], [`network`] (where a request comes from), [`telemetry`], [`throttling`] (guesses), [`vault`] (secrets at rest), [`values`] |
//! | [`db`] | two databases behind two doors; [`external_ids`] and [`search`] beside it |
//! | [`access`] | who calls and what they may; no queries |
//! | [`events`] | what happens in a room that higher rooms follow |
//! | [`context`] | what a use case knows of its request |
//! | [`http`] | what every endpoint shares |
//! | [`listing`] | what every list shares |
//! | [`journal`] | one record of every change |
//! | [`transitions`] | verbs, by one table per room |
//! | [`codes`], [`rules`], [`tabular`] | national code tables, dated thresholds, bytes to rows |
//! | [`organizations`] | the tree of units |
//! | [`mentors`] | who guides |
//! | [`cadres`], [`absences`] | who is guided |
//! | [`accounts`] | users, clients, sessions, keys, setup |
//! | [`kinships`] | who is kin to whom |
//! | [`assignments`], [`growth_entries`], [`evaluations`], [`evaluation_forms`], [`phase_templates`], [`training`], [`postings`], [`mentoring_sessions`], [`evaluation_rounds`], [`plans`] | the programme |
//! | [`growth_file`], [`analytics`], [`exchange`], [`matching`] | reading across rooms; import; mentors for a cohort |
//! | [`calendar`], [`demo`] | the day that passes; the synthetic city |
//! | [`app`], [`start`] | everything mounted, everything begun |
//! | [`server`] | connections: how many, of whom, how slow |
//!
//! Where a lower room's change must move a higher one, the lower room calls [`events::Hooks`] that `app` filled in. A table has one
//! owner, whose stores alone write it; rooms read each other's tables downwards only, where `tests/it/tables.rs` lists it.
//!
//! # A room
//!
//! `api` (endpoints) → `service` (use cases), `transitions` (verbs and their table) → `rules` (decisions), `store` (queries) →
//! `model` (rows), `request` and `response` (what callers send and see). Only `api` knows actix, only `store` knows diesel's
//! query language. Lists come from [`listing`], verbs from [`transitions`]. What the platform must know of a room stands in its `ROOM`
//! ([`http::Room`]): its endpoints with permission and budget of statements, what must be unique of its rows.
//! [`cadres`] is the room the others are modelled on.
//!
//! # What the databases are trusted with
//!
//! Rules that must hold under concurrency are constraints, not checks: see `migrations/README.md`. SQLite has one writer that
//! commits what waits together; PostgreSQL retries what lost a race. Positions of the journal are given by a sealer, because a
//! plain sequence is not in the order of commits.

#![forbid(unsafe_code)]

pub mod absences;
pub mod access;
pub mod accounts;
pub mod analytics;
pub mod app;
pub mod assignments;
pub mod cadres;
pub mod calendar;
pub mod clock;
pub mod codes;
pub mod config;
pub mod context;
pub mod db;
pub mod demo;
pub mod error;
pub mod evaluation_forms;
pub mod evaluation_rounds;
pub mod evaluations;
pub mod events;
pub mod exchange;
pub mod external_ids;
pub mod growth_entries;
pub mod growth_file;
pub mod http;
pub mod ids;
pub mod journal;
pub mod kinships;
pub mod listing;
pub mod matching;
pub mod mentoring_sessions;
pub mod mentors;
pub mod network;
pub mod organizations;
pub mod passwords;
pub mod phase_templates;
pub mod plans;
pub mod postings;
pub mod rules;
pub mod search;
pub mod server;
pub mod start;
pub mod tabular;
pub mod telemetry;
pub mod throttling;
pub mod training;
pub mod transitions;
pub mod values;
pub mod vault;
