//! From settings to a service that can answer: key, database, migrations, signing keys, sealer.

mod exposure;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;

use crate::access::{Keys, Tokens};
use crate::accounts::signing_keys;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, ProgrammeLanguage, SecretKey, parse_secret_key};
use crate::context::{Context, Deps};
use crate::db::{Db, DbConn, DbOptions, migrations};
use crate::error::{Error, Result};
use crate::http::{AppParts, AppState, State};
use crate::ids::Ids;
use crate::journal::{self, Sealer};
use crate::search;
use crate::vault::{self, Vault};

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Setting(#[from] ConfigError),
    /// The settings are right and something else is not.
    #[error("{0}")]
    Failed(String),
}

impl StartError {
    fn failed(what: &str, cause: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }
}

/// A service that can answer, and what lives as long as it does.
pub struct Started {
    /// The service.
    pub service: State,
    /// Seals the journal until it is dropped.
    pub sealer: Sealer,
}

/// Puts the service together: the clock and the ids are the system's, or those of a test.
///
/// # Errors
/// What stands in the way, with the mend where it is a setting.
pub async fn begin(config: Config, clock: Clock, ids: Ids) -> Result<Started, StartError> {
    let deps = deps(&config, clock, ids)?;
    migrate(&config)?;
    let db = open(&config)?;
    renew(&db, &deps, config.language).await?;
    let loading = deps.clone();
    let keys = db
        .write(move |tx| signing_keys::load_or_create(tx, &loading))
        .await
        .map_err(|error| unreadable_keys(&config, &error))?;
    let keys = Keys::arrange(&keys, deps.clock.now());
    let tokens = Arc::new(Tokens::new(
        &config.public_url,
        keys,
        Arc::clone(&deps.revocations),
    ));
    let sealer =
        Sealer::start(&db).map_err(|error| StartError::failed("the sealer cannot start", error))?;
    let service = Data::new(AppState::new(AppParts {
        config,
        db,
        deps,
        tokens,
    }));
    Ok(Started { service, sealer })
}

/// Makes what a new programme begins with; after an upgrade, makes anew what an older version derived in another way or not at all.
async fn renew(db: &Db, deps: &Deps, language: ProgrammeLanguage) -> Result<(), StartError> {
    let context = Context::system(deps, "start");
    let renewed = db
        .write(move |tx| {
            crate::phase_templates::seed(tx, &context, language)?;
            crate::evaluation_forms::seed(tx, &context, language)?;
            let names = search::renew(tx, crate::app::named)?;
            let leaves = crate::absences::renew(tx, &context)?;
            Ok((names, leaves, bind_secrets(tx, &context)?))
        })
        .await
        .map_err(|error| StartError::failed("derived data cannot be made anew", error))?;
    let (names, leaves, secrets) = renewed;
    if renewed != (0, 0, 0) {
        tracing::info!(names, leaves, secrets, "made anew");
    }
    Ok(())
}

/// Binds the secrets of an older version to the rows they are stored in; how many there were. It looks at every start, as an
/// older version may still have written beside the first of this one.
fn bind_secrets(tx: &mut DbConn, context: &Context) -> Result<usize> {
    let vault = &context.deps.vault;
    Ok(crate::cadres::sealed_store::bind_all(tx, vault)?
        + crate::mentors::sealed_store::bind_all(tx, vault)?
        + signing_keys::bind_all(tx, vault)?)
}

/// Clock, ids and vault; makes the secret key at first start on SQLite.
///
/// # Errors
/// Where the key is missing or cannot be read.
pub fn deps(config: &Config, clock: Clock, ids: Ids) -> Result<Deps, StartError> {
    let vault = Vault::new(&secret_key(config)?)
        .map_err(|error| StartError::failed("the secret key cannot be used", error))?;
    Ok(Deps {
        clock,
        ids: Arc::new(ids),
        vault: Arc::new(vault),
        hooks: crate::app::hooks(),
        revocations: Arc::default(),
    })
}

/// Opens the doors of the database.
///
/// # Errors
/// When it cannot be reached.
pub fn open(config: &Config) -> Result<Db, StartError> {
    let options = DbOptions {
        readers: config.raw.readers,
        writers: config.raw.writers,
        queue: config.raw.queue,
        deadline: Duration::from_secs(config.raw.deadline_seconds),
        replica: config.replica.clone(),
        before_commit: journal::seal,
    };
    Db::open(&config.database, &options).map_err(|error| unreachable(config, &error))
}

/// Makes the database where it is missing and applies pending migrations; returns how many were applied.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub fn migrate(config: &Config) -> Result<usize, StartError> {
    if let Some(file) = config.database.file() {
        make_room(config, file)?;
    }
    let mut conn = config
        .database
        .connect()
        .map_err(|error| unreachable(config, &error))?;
    migrations::run(&mut conn).map_err(|error| StartError::failed("a migration failed", error))
}

fn unreachable(config: &Config, error: &Error) -> StartError {
    let mend = match error {
        Error::Internal(cause) => format!("names no database of this service: {cause}"),
        _ => "names a database that cannot be reached; the log line before this one has the cause"
            .to_owned(),
    };
    config.fault("databaseUrl", mend).into()
}

fn unreadable_keys(config: &Config, error: &Error) -> StartError {
    match (error, &config.secret_key) {
        (Error::Internal(_), SecretKey::KeptIn(file)) => StartError::Failed(format!(
            "{} is not the key this database was written with; put that key back",
            file.display()
        )),
        (Error::Internal(_), _) => {
            let name = if config.raw.secret_key.is_some() {
                "secretKey"
            } else {
                "secretKeyFile"
            };
            let mend = "is not the key this database was written with; set that key";
            config.fault(name, mend).into()
        }
        _ => StartError::failed("the signing keys cannot be loaded", error),
    }
}

/// The database's folder and file, readable by the service alone: they hold personal data.
fn make_room(config: &Config, file: &Path) -> Result<(), StartError> {
    let refused = |error: std::io::Error| {
        let mend =
            format!("names a file that cannot be opened ({error}); name one the service may write");
        config.fault("databaseUrl", mend)
    };
    if let Some(folder) = file.parent().filter(|path| !path.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).map_err(refused)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).mode(0o600);
    options.open(file).map_err(refused)?;
    match exposure::exposed(file) {
        Some(mend) => Err(StartError::Failed(mend)),
        None => Ok(()),
    }
}

/// Holds a SQLite database for one serving process until the file is dropped; PostgreSQL serves many.
///
/// # Errors
/// When another process serves it.
pub fn claim(config: &Config) -> Result<Option<File>, StartError> {
    let Some(database) = config.database.file() else {
        return Ok(None);
    };
    make_room(config, database)?;
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options
        .open(&path)
        .map_err(|error| StartError::failed("the lock file cannot be opened", error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(StartError::Failed(format!(
            "another process serves {}; end it first, or use PostgreSQL for several instances",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => Err(StartError::failed("the lock fails", error)),
    }
}

fn secret_key(config: &Config) -> Result<[u8; 32], StartError> {
    let given = config.raw.secret_key_file.as_deref();
    if let Some(mend) = given.and_then(exposure::exposed) {
        return Err(config
            .fault("secretKeyFile", format!("names a file: {mend}"))
            .into());
    }
    match &config.secret_key {
        SecretKey::Given(key) => Ok(*key),
        SecretKey::KeptIn(file) => match exposure::exposed(file) {
            Some(mend) => Err(StartError::Failed(mend)),
            None => keep(file),
        },
        SecretKey::Missing => {
            let mend = "is required on PostgreSQL; make a key with: openssl rand -base64 32 > FILE, and name the file";
            Err(config.fault("secretKeyFile", mend).into())
        }
    }
}

/// Reads the key kept in a file, or makes one at first start.
fn keep(file: &Path) -> Result<[u8; 32], StartError> {
    let failed = |error: std::io::Error| {
        StartError::failed(&format!("the secret key {}", file.display()), error)
    };
    match std::fs::read_to_string(file) {
        Ok(text) => {
            return parse_secret_key(&text).ok_or_else(|| {
                StartError::Failed(format!("{} holds no secret key", file.display()))
            });
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    if let Some(folder) = file.parent().filter(|path| !path.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut key = [0; 32];
    vault::random(&mut key);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut made = options.open(file).map_err(failed)?;
    made.write_all(format!("{}\n", vault::hex(&key)).as_bytes())
        .map_err(failed)?;
    made.sync_all().map_err(failed)?;
    Ok(key)
}
