//! What `xinmiao` does when it is called: one module per command.

mod completions;
mod import;
mod journal;
mod keys;
mod migrate;
mod openapi;
mod serve;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xinmiao::config::{Config, ConfigError, describe_settings};
use xinmiao::start::StartError;
use xinmiao::telemetry;

/// Runs a city's three-year programme for newly recruited cadres: mentors, evaluations, growth files.
///
/// To look around:   xinmiao serve --demo
/// To work with it:  xinmiao serve
#[derive(Parser)]
#[command(name = "xinmiao", version, verbatim_doc_comment, after_long_help = describe_settings())]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// Settings that every command takes.
#[derive(Args)]
struct Settings {
    /// The settings file [default: xinmiao.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: sqlite://PATH or postgres://USER@HOST/NAME
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// A file with the 32-byte secret key
    #[arg(long, global = true, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
    /// What is logged, such as info or xinmiao=debug,info
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

impl Settings {
    /// Reads all sources of settings; `more` are the flags of the command itself.
    fn load(&self, more: &[(&'static str, Option<String>)]) -> Result<Config, ConfigError> {
        let file = self.secret_key_file.as_ref();
        let common = [
            ("databaseUrl", self.database_url.clone()),
            ("secretKeyFile", file.map(|file| file.display().to_string())),
            ("log", self.log.clone()),
        ];
        let flags: Vec<(&str, String)> = common
            .into_iter()
            .chain(more.iter().cloned())
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        Config::load(self.config.as_deref(), &flags)
    }
}

#[derive(Subcommand)]
enum Command {
    /// Answers requests until it is told to stop (SIGTERM, SIGINT)
    #[command(after_long_help = describe_settings())]
    Serve(serve::Serve),
    /// Makes the database and brings it up to date; `serve` does so by itself
    Migrate,
    /// Prints the OpenAPI document; needs no database
    Openapi,
    /// Brings cadres, mentors or organizations in from a CSV file; ends with 1 when rows failed
    Import(import::Import),
    /// Looks after the people who sign in
    User {
        #[command(subcommand)]
        command: user::User,
    },
    /// Looks after the keys that sign access tokens
    Keys {
        #[command(subcommand)]
        command: keys::Keys,
    },
    /// Looks after the journal of changes
    Journal {
        #[command(subcommand)]
        command: journal::Journal,
    },
    /// Prints what a shell needs to complete commands and flags
    Completions(completions::Completions),
}

/// Why a command ended badly.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A setting is wrong.
    #[error("{0}")]
    Setting(#[from] ConfigError),
    /// Something else is.
    #[error("{0}")]
    Other(String),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Setting(error) => Self::Setting(error),
            StartError::Failed(what) => Self::Other(what),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl Failure {
    /// 2 for what the caller must set right, 1 for the rest.
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Setting(_) => ExitCode::from(2),
            Self::Other(_) => ExitCode::FAILURE,
        }
    }
}

/// Carries out the command line and tells how the process ends.
pub fn run() -> ExitCode {
    let Cli { settings, command } = Cli::parse();
    let outcome = match command {
        Command::Serve(serve) => serve.run(&settings),
        Command::Migrate => migrate::run(&settings),
        Command::Openapi => openapi::run(),
        Command::Import(import) => import.run(&settings),
        Command::User { command } => command.run(&settings),
        Command::Keys { command } => command.run(&settings),
        Command::Journal { command } => command.run(&settings),
        Command::Completions(completions) => completions.run(),
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("xinmiao: {failure}");
        failure.exit_code()
    })
}

/// Begins logging as the settings say.
fn start_logging(config: &Config) -> Result<(), Failure> {
    telemetry::start_logging(&config.raw.log).map_err(Failure::Other)
}

/// Writes to standard output; a reader that has closed the pipe has seen enough.
fn print(text: &str) -> Result<ExitCode, Failure> {
    use std::io::Write;
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
