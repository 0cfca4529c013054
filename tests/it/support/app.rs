//! The real application on a port of its own.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_server::ServerBuilder;
use actix_web::dev::ServerHandle;
use diesel::prelude::*;
use xinmiao::clock::Clock;
use xinmiao::config::{Config, RawConfig};
use xinmiao::db::schema::journal_pending;
use xinmiao::db::{DbConn, Id, UtcTimestamp};
use xinmiao::http::State;
use xinmiao::http::health::Metrics;
use xinmiao::ids::Ids;
use xinmiao::server;
use xinmiao::start::{self, Started};

use super::caller::Who;
use super::city::City;
use super::client::Client;
use super::database::TestDatabase;

/// The programme's day in every test, until the clock is moved.
pub const TODAY: &str = "2023-07-24";
/// The moment in every test: ten o'clock of that day in Shanghai.
const NOW: &str = "2023-07-24T10:00:00+08:00";

/// The application with a fixed clock, ids that are a plain counter and a database of its own.
///
/// The fields are dropped in this order: server, service, database.
pub struct TestApp {
    _server: Server,
    started: Started,
    /// The organizations that every test finds.
    pub city: City,
    http: reqwest::Client,
    /// Where the application listens, without a slash at the end.
    pub url: String,
    _database: TestDatabase,
}

impl TestApp {
    /// An application with the standard city.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// An application whose settings differ from the tests' own.
    pub async fn start_with(change: impl FnOnce(&mut RawConfig)) -> Self {
        show_faults();
        let database = TestDatabase::create();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}");
        let mut settings = RawConfig {
            listen: address.to_string(),
            database_url: database.address.clone(),
            secret_key: Some("07".repeat(32)),
            ..RawConfig::default()
        };
        change(&mut settings);
        let config = Config::from_raw(settings).unwrap();
        let clock = Clock::manual(UtcTimestamp::parse(NOW).unwrap(), config.timezone);
        let started = start::begin(config, clock, Ids::seeded()).await.unwrap();
        let city = City::insert(&mut started.service.db.dedicated().unwrap(), NOW);
        Self {
            _server: Server::start(listener, started.service.clone()),
            started,
            city,
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            url,
            _database: database,
        }
    }

    /// A signed-in caller. The token is minted directly; no account need exist.
    pub fn client(&self, who: Who) -> Client {
        let token = self.token(&who);
        self.bearer(&token)
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(self.http.clone(), self.url.clone(), None)
    }

    /// A caller with any text for a token.
    pub fn bearer(&self, token: &str) -> Client {
        Client::new(self.http.clone(), self.url.clone(), Some(token.to_owned()))
    }

    /// An access token for `who`, good for its whole life from now.
    pub fn token(&self, who: &Who) -> String {
        let claims = who.claims(&self.service().tokens, self.now(), self.id());
        self.service().tokens.sign(&claims).unwrap()
    }

    /// The programme manager of the whole city.
    pub fn manager(&self) -> Client {
        self.client(Who::manager(&self.city.root))
    }

    /// The officer of the township Yuxi in the county Enyang.
    pub fn officer(&self) -> Client {
        self.client(Who::officer(&self.city.yuxi))
    }

    /// The administrator.
    pub fn administrator(&self) -> Client {
        self.client(Who::administrator())
    }

    /// The auditor.
    pub fn auditor(&self) -> Client {
        self.client(Who::auditor())
    }

    /// The service, as handlers see it.
    pub fn service(&self) -> &State {
        &self.started.service
    }

    /// A connection for looking at stored state, outside the doors.
    pub fn db(&self) -> DbConn {
        self.service().db.dedicated().unwrap()
    }

    /// The moment of the application's clock.
    pub fn now(&self) -> UtcTimestamp {
        self.service().deps.clock.now()
    }

    /// A new id from the application's source.
    pub fn id(&self) -> Id {
        self.service().deps.ids.next(self.now())
    }

    /// Moves the application's clock forward.
    pub fn advance(&self, seconds: i64) {
        self.service().deps.clock.advance(seconds);
    }

    /// Returns when the sealer has sealed all that was written: at once on SQLite, soon on PostgreSQL.
    pub async fn sealed(&self) {
        let mut conn = self.db();
        for _ in 0..500 {
            let waiting: i64 = journal_pending::table
                .count()
                .get_result(&mut conn)
                .unwrap();
            if waiting == 0 {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the sealer did not seal within five seconds");
    }
}

/// The server on a thread of its own, ended when dropped.
struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(listener: TcpListener, service: State) -> Self {
        let (send, receive) = mpsc::channel();
        let body = move || {
            actix_web::rt::System::new().block_on(async move {
                let builder = ServerBuilder::new()
                    .workers(1)
                    .disable_signals()
                    .shutdown_timeout(0);
                let server = server::listen(builder, listener, service, Metrics::default())
                    .unwrap()
                    .run();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        };
        let thread = std::thread::spawn(body);
        Self {
            handle: receive.recv().unwrap(),
            thread: Some(thread),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent by the call; the future only waits for the end, as the join below does.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What the service says of its own faults stands in the output of the test that met them.
fn show_faults() {
    let _ = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .try_init();
}
