//! `xinmiao serve`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::{self, time};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::signal::unix::{SignalKind, signal};
use xinmiao::accounts::{self, setup};
use xinmiao::calendar;
use xinmiao::clock::Clock;
use xinmiao::config::Config;
use xinmiao::context::Context;
use xinmiao::demo::{self, Holding};
use xinmiao::http::State;
use xinmiao::http::health::Metrics;
use xinmiao::ids::Ids;
use xinmiao::server;
use xinmiao::start::{self, Started};
use xinmiao::telemetry;
use xinmiao::values::Date;

use super::{Failure, Settings, print, start_logging};

#[derive(clap::Args)]
pub(super) struct Serve {
    /// Serves the demo city; on an empty database it is loaded first
    #[arg(long)]
    demo: bool,
    /// Lets a demo listen where other machines reach it
    #[arg(long, requires = "demo")]
    demo_allow_remote: bool,
    /// The address to listen on, such as 127.0.0.1:8080; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How callers reach the service, such as https://xinmiao.example
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The time zone of days and quarters
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// The demo's standing day
    #[arg(long, value_name = "YYYY-MM-DD", requires = "demo")]
    today: Option<String>,
}

/// How often measurements are folded together, so that they do not pile up where nobody fetches them.
const UPKEEP: Duration = Duration::from_secs(10);

impl Serve {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let mut config = settings.load(&[
            ("listen", self.listen.clone()),
            ("publicUrl", self.public_url.clone()),
            ("timezone", self.timezone.clone()),
            ("today", self.today.clone()),
        ])?;
        self.check(&config)?;
        if self.demo && config.today.is_none() {
            config.today = Date::parse(demo::TODAY).ok();
        }
        start_logging(&config)?;
        rt::System::new().block_on(self.serve(config))
    }

    /// What no source of settings knows: whether this is a demo.
    fn check(&self, config: &Config) -> Result<(), Failure> {
        if !self.demo && config.today.is_some() {
            let mend = "stands still for a demo alone; remove it, or add --demo";
            return Err(config.fault("today", mend).into());
        }
        if !self.demo && config.raw.demo_password.is_some() {
            let mend = "is for a demo alone; remove it, or add --demo";
            return Err(config.fault("demoPassword", mend).into());
        }
        if self.demo && !self.demo_allow_remote && !config.listen.ip().is_loopback() {
            let mend = "is reached from other machines, and a demo's accounts are known to all; use 127.0.0.1, or add --demo-allow-remote";
            return Err(config.fault("listen", mend).into());
        }
        Ok(())
    }

    async fn serve(&self, config: Config) -> Result<ExitCode, Failure> {
        let listener = TcpListener::bind(config.listen).map_err(|error| {
            config.fault(
                "listen",
                format!("cannot be listened on: {error}; name a free address"),
            )
        })?;
        let config = config.listening_on(listener.local_addr()?);
        let _claim = start::claim(&config)?;
        let metrics = measure()?;
        let clock = Clock::system(config.timezone, config.today);
        let Started { service, sealer } = start::begin(config, clock, Ids::default()).await?;
        let holding = demo::check(&service.db, self.demo).await?;
        let told = if self.demo {
            furnish(&service, holding).await?
        } else {
            setup_link(&service).await?
        };
        let connections = server::connections_allowed(server::raise_file_limit());
        let server = server::serve(listener, service.clone(), metrics, connections)?;
        print(&format!(
            "Xinmiao {} listens on {}\n{told}",
            env!("CARGO_PKG_VERSION"),
            service.config.public_url
        ))?;
        let days = rt::spawn(calendar::run(service.db.clone(), service.deps.clone()));
        let access = rt::spawn(accounts::watch(service.clone()));
        let ending = rt::spawn(end_when_told(server.handle(), service));
        server.await?;
        ending.abort();
        days.abort();
        access.abort();
        drop(sealer);
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }
}

/// The one-time link of a first start; nothing where there is a user already.
async fn setup_link(service: &State) -> Result<String, Failure> {
    let context = Context::system(&service.deps, "setup");
    let begun = service.db.write(move |tx| setup::begin(tx, &context)).await;
    let token = begun.map_err(|error| Failure::Other(error.to_string()))?;
    let url = &service.config.public_url;
    Ok(token.map_or_else(String::new, |token| {
        format!(
            "\nThere is no account yet. Make the administrator within 30 minutes; the page shows how:\n\n  {url}/setup#{token}\n"
        )
    }))
}

/// Loads the demo into an empty database, or gives its accounts the password that is set; what is worth telling of it.
async fn furnish(service: &State, holding: Holding) -> Result<String, Failure> {
    let password = service.config.raw.demo_password.as_deref();
    if holding != Holding::Nothing {
        if let Some(password) = password {
            demo::replace_password(service, password).await?;
        }
        return Ok(String::new());
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} records");
    let bar = match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    };
    let shown = bar.clone();
    let progress = move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    };
    let made = demo::load(service, password, Arc::new(progress)).await?;
    bar.finish_and_clear();
    let url = &service.config.public_url;
    let shell = if password.is_some() {
        String::new()
    } else {
        format!("\nThe demo's password, shown this once:\n\n  XINMIAO_DEMO_PASSWORD={made}\n")
    };
    Ok(format!("{shell}{}", demo::first_steps(url)))
}

/// Begins measuring and keeps what is measured small.
fn measure() -> Result<Metrics, Failure> {
    let handle = telemetry::start_metrics().map_err(|error| Failure::Other(error.to_string()))?;
    if let Some(handle) = handle.clone() {
        rt::spawn(async move {
            loop {
                time::sleep(UPKEEP).await;
                handle.run_upkeep();
            }
        });
    }
    Ok(Metrics(handle))
}

/// SIGTERM or SIGINT: readiness fails at once, then nothing new is accepted, what is in flight is finished.
/// A second signal ends the service without waiting.
async fn end_when_told(server: ServerHandle, service: State) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut told = async || {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    };
    let name = told().await;
    tracing::info!(signal = name, "stopping");
    service.drain();
    let drain = Duration::from_secs(service.config.raw.drain_seconds);
    let gracefully = async {
        time::sleep(drain).await;
        server.stop(true).await;
    };
    tokio::select! {
        () = gracefully => {}
        name = told() => {
            tracing::warn!(signal = name, "stopping without waiting");
            server.stop(false).await;
        }
    }
    Ok(())
}
