//! `xinmiao migrate`.

use std::process::ExitCode;

use xinmiao::start;

use super::{Failure, Settings, print, start_logging};

pub(super) fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let config = settings.load(&[])?;
    start_logging(&config)?;
    match start::migrate(&config)? {
        0 => print("The database is up to date.\n"),
        1 => print("1 migration applied.\n"),
        applied => print(&format!("{applied} migrations applied.\n")),
    }
}
