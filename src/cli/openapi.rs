//! `xinmiao openapi`.

use std::process::ExitCode;

use xinmiao::app;

use super::{Failure, print};

pub(super) fn run() -> Result<ExitCode, Failure> {
    print(&app::document().json)
}
