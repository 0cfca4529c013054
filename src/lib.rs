//! Xinmiao (新苗): runs a city's three-year programme for newly recruited cadres.

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
pub mod db;
pub mod demo;
pub mod error;
pub mod evaluations;
pub mod exchange;
pub mod external_ids;
pub mod growth_entries;
pub mod growth_file;
pub mod http;
pub mod ids;
pub mod journal;
pub mod kinships;
pub mod mentors;
pub mod organizations;
pub mod passwords;
pub mod rules;
pub mod search;
pub mod start;
pub mod tabular;
pub mod telemetry;
pub mod values;
pub mod vault;
