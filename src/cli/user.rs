//! `xinmiao user`.

use std::io::Read;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use xinmiao::access::Role;
use xinmiao::accounts::Username;
use xinmiao::accounts::command::{self, NewUser};
use xinmiao::clock::Clock;
use xinmiao::context::Context;
use xinmiao::db::Id;
use xinmiao::error::Error;
use xinmiao::http::{Language, MESSAGES};
use xinmiao::ids::Ids;
use xinmiao::passwords::Password;
use xinmiao::start;

use super::{Failure, Settings, print, start_logging};

#[derive(clap::Subcommand)]
pub(super) enum User {
    /// Makes a user who can sign in at once
    Create(Create),
}

#[derive(clap::Args)]
pub(super) struct Create {
    /// The name to sign in with
    #[arg(long)]
    username: String,
    /// What the user may do
    #[arg(long, value_parser = PossibleValuesParser::new(Role::WORDS))]
    role: String,
    /// The code of the organization at the root of the role's subtree
    #[arg(long, value_name = "CODE")]
    organization: Option<String>,
    /// The mentor this person is
    #[arg(long, value_name = "ID")]
    mentor: Option<String>,
    /// The cadre this person is
    #[arg(long, value_name = "ID")]
    cadre: Option<String>,
    /// Reads the password from standard input, to the end of the first line
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Most bytes of a password that are read.
const MOST: u64 = 1024;

impl User {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        match self {
            Self::Create(create) => create.run(settings),
        }
    }
}

impl Create {
    fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let config = settings.load(&[])?;
        start_logging(&config)?;
        let new = self.read()?;
        let hash = command::hash_password(&new).map_err(|error| told(&error))?;
        start::migrate(&config)?;
        let deps = start::deps(
            &config,
            Clock::system(config.timezone, None),
            Ids::default(),
        )?;
        let db = start::open(&config)?;
        let context = Context::system(&deps, "user create");
        let making = db.write(move |tx| command::create_user(tx, &context, &new, &hash));
        let id = actix_web::rt::System::new().block_on(making);
        let id = id.map_err(|error| told(&error))?;
        print(&format!("User {} is made; id {id}.\n", self.username))
    }

    fn read(&self) -> Result<NewUser, Failure> {
        let wrong = |name: &str, code: &'static str| {
            Failure::Other(format!("{name}: {}", sentence(code, &[])))
        };
        let id = |name: &str, text: &Option<String>| {
            let id = text.as_deref().map(Id::parse).transpose();
            id.map_err(|_| Failure::Other(format!("{name} is no id")))
        };
        let mut typed = String::new();
        std::io::stdin().take(MOST).read_to_string(&mut typed)?;
        let typed = typed.lines().next().unwrap_or_default();
        Ok(NewUser {
            username: Username::parse(&self.username)
                .map_err(|fault| wrong("--username", fault.code))?,
            role: Role::parse(&self.role).map_err(|fault| wrong("--role", fault.code))?,
            organization_code: self.organization.clone(),
            mentor_id: id("--mentor", &self.mentor)?,
            cadre_id: id("--cadre", &self.cadre)?,
            password: Password::parse(typed).map_err(|fault| wrong("password", fault.code))?,
        })
    }
}

fn sentence(code: &str, arguments: &[String]) -> String {
    MESSAGES.text(code, Language::English, arguments)
}

/// What stands in the way, in the words of the command line.
fn told(error: &Error) -> Failure {
    let text = match error {
        Error::Invalid(faults) => {
            let told = faults.listed().iter().map(|error| {
                let name = match error.pointer.as_str() {
                    "/organizationId" | "/organizationCode" => "--organization",
                    "/mentorId" => "--mentor",
                    "/cadreId" => "--cadre",
                    _ => "password",
                };
                format!(
                    "{name}: {}",
                    sentence(error.fault.code, &error.fault.arguments)
                )
            });
            told.collect::<Vec<_>>().join("\n")
        }
        Error::Duplicate(key, _) if key.is(xinmiao::accounts::USERNAME_KEY) => {
            "--username is taken".to_owned()
        }
        Error::Duplicate(..) => "this person has an account already".to_owned(),
        other => other.to_string(),
    };
    Failure::Other(text)
}
