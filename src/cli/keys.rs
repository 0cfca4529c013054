//! `xinmiao keys`.

use std::process::ExitCode;

use xinmiao::accounts::signing_keys::{self, Rotation};
use xinmiao::clock::Clock;
use xinmiao::context::Context;
use xinmiao::ids::Ids;
use xinmiao::start;

use super::{Failure, Settings, print, start_logging};

#[derive(clap::Subcommand)]
pub(super) enum Keys {
    /// Publishes the next key that signs access tokens; no request fails
    Rotate,
}

impl Keys {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        match self {
            Self::Rotate => rotate(settings),
        }
    }
}

fn rotate(settings: &Settings) -> Result<ExitCode, Failure> {
    let config = settings.load(&[])?;
    start_logging(&config)?;
    start::migrate(&config)?;
    let deps = start::deps(
        &config,
        Clock::system(config.timezone, None),
        Ids::default(),
    )?;
    let db = start::open(&config)?;
    let context = Context::system(&deps, "keys rotate");
    let rotating = db.write(move |tx| signing_keys::rotate(tx, &context));
    let rotated = actix_web::rt::System::new().block_on(rotating);
    let Rotation {
        kid,
        signs_from,
        others_end_at,
    } = rotated.map_err(|error| Failure::Other(error.to_string()))?;
    print(&format!(
        "Key {kid} is published. It signs from {signs_from}; the keys before it verify until {others_end_at}.\n"
    ))
}
