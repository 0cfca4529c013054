//! The program itself: settings at fault, one process per SQLite file, the end by a signal.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use xinmiao::db::DatabaseUrl;

/// The program in a folder and an environment of its own.
fn xinmiao(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinmiao"));
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command
}

fn text(output: &Output) -> (Option<i32>, String, String) {
    let read = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        read(&output.stdout),
        read(&output.stderr),
    )
}

/// A serving process, killed when the test is done with it.
struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = xinmiao(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines
            .find_map(|line| line.unwrap().split("listens on ").nth(1).map(str::to_owned))
            .unwrap();
        // What is printed later must not block the process.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let done = Command::new("kill").args(["-s", name, &id]).status();
        assert!(done.unwrap().success());
    }

    fn ended(&mut self, within: Duration) -> Option<i32> {
        let until = Instant::now() + within;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the process goes on after {within:?}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_wrong_setting_is_named_with_its_origin_and_its_mend() {
    for case in WRONG_SETTINGS.lines() {
        let parts: Vec<&str> = case.split('|').map(str::trim).collect();
        let [environment, flags, file, expected @ ..] = parts.as_slice() else {
            panic!("{case}");
        };
        let folder = tempfile::tempdir().unwrap();
        if !file.is_empty() {
            std::fs::write(folder.path().join("xinmiao.toml"), file).unwrap();
        }
        let output = xinmiao(folder.path())
            .arg("serve")
            .args(flags.split_whitespace())
            .envs(
                environment
                    .split("; ")
                    .filter_map(|pair| pair.split_once('=')),
            )
            .output()
            .unwrap();
        let (code, _, stderr) = text(&output);
        assert_eq!(code, Some(2), "{case}: {stderr}");
        let line = stderr.lines().last().unwrap_or_default();
        for part in expected {
            assert!(line.contains(part), "{case}: {part:?} is not in {line:?}");
        }
    }
}

/// Environment, flags, settings file; then what the line on standard error must say.
const WRONG_SETTINGS: &str = "\
XINMIAO_LISTEN=localhost | | | XINMIAO_LISTEN | environment | write for example 127.0.0.1:8080
| --listen 8080 | | XINMIAO_LISTEN | --listen | write for example 127.0.0.1:8080
| | listen = 'nowhere' | XINMIAO_LISTEN | xinmiao.toml | write for example 127.0.0.1:8080
| --listen 203.0.113.1:1 | | XINMIAO_LISTEN | --listen | name a free address
DATABASE_URL=mysql://host/name | | | DATABASE_URL | environment | use sqlite://PATH or postgres://
DATABASE_URL=xinmiao.db | | | DATABASE_URL | environment | use sqlite://PATH or postgres://
DATABASE_URL=sqlite:// | | | DATABASE_URL | environment | has no path
DATABASE_URL=sqlite://:memory: | | | DATABASE_URL | environment | must name a file
DATABASE_URL=sqlite:///proc/none/xinmiao.db | | | DATABASE_URL | environment | the service may write
| --database-url sqlite://. | | DATABASE_URL | --database-url | the service may write
DATABASE_URL=postgres://127.0.0.1:1/none; XINMIAO_SECRET_KEY=0707070707070707070707070707070707070707070707070707070707070707 | | | DATABASE_URL | environment | cannot be reached
DATABASE_URL=postgres://127.0.0.1:1/none | | | XINMIAO_SECRET_KEY_FILE | not set | openssl rand -base64 32
XINMIAO_REPLICA_URL=postgres://host/name | | | XINMIAO_REPLICA_URL | environment | for PostgreSQL alone
XINMIAO_SECRET_KEY=secret | | | XINMIAO_SECRET_KEY | environment | openssl rand -base64 32
XINMIAO_SECRET_KEY_FILE=none | | | XINMIAO_SECRET_KEY_FILE | environment | cannot be read
XINMIAO_SECRET_KEY=secret; XINMIAO_SECRET_KEY_FILE=none | | | XINMIAO_SECRET_KEY | environment | one of the two
XINMIAO_TIMEZONE=Shanghai | | | XINMIAO_TIMEZONE | environment | Asia/Shanghai
XINMIAO_TODAY=2023-07-24 | | | XINMIAO_TODAY | environment | --demo
XINMIAO_TODAY=24 July | --demo | | XINMIAO_TODAY | environment | 2023-07-24
XINMIAO_DEMO_PASSWORD=short | --demo | | XINMIAO_DEMO_PASSWORD | environment | 8 to 128 characters
XINMIAO_DEMO_PASSWORD=long enough | | | XINMIAO_DEMO_PASSWORD | environment | --demo
XINMIAO_PUBLIC_URL=xinmiao.example | | | XINMIAO_PUBLIC_URL | environment | http:// or https://
XINMIAO_PUBLIC_URL=https://xinmiao.example/ | | | XINMIAO_PUBLIC_URL | environment | nothing behind it
XINMIAO_LOG=xinmiao=loud | | | XINMIAO_LOG | environment | write for example info
XINMIAO_READERS=0 | | | XINMIAO_READERS | environment | from 1 to 256
XINMIAO_WRITERS=many | | | XINMIAO_WRITERS | environment | cannot be read
XINMIAO_QUEUE=10 | | | XINMIAO_QUEUE | environment | from 1024
XINMIAO_DEADLINE_SECONDS=0 | | | XINMIAO_DEADLINE_SECONDS | environment | from 1 to 300
XINMIAO_IDLE_HOURS=200 | | | XINMIAO_IDLE_HOURS | environment | from 1 to 168
XINMIAO_LISTN=127.0.0.1:8080 | | | XINMIAO_LISTN | environment | did you mean XINMIAO_LISTEN?
| | readers = true | XINMIAO_READERS | xinmiao.toml | cannot be read
| | this is no toml | the settings file | xinmiao.toml | cannot be read
| --config elsewhere.toml | | the settings file | --config | elsewhere.toml does not exist
| --demo --listen 0.0.0.0:0 | | XINMIAO_LISTEN | --listen | --demo-allow-remote";

const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

#[test]
fn what_only_the_suite_reads_is_no_setting() {
    let folder = tempfile::tempdir().unwrap();
    let output = xinmiao(folder.path())
        .arg("migrate")
        .env("XINMIAO_TEST_DATABASE_URL", "postgres://nowhere/none")
        .env("XINMIAO_LOG", "")
        .output()
        .unwrap();
    let (code, stdout, stderr) = text(&output);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("applied"), "{stdout}");
    assert!(folder.path().join("var/xinmiao.db").is_file());
}

#[test]
fn the_key_and_the_database_are_for_the_service_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    drop(Serving::start(folder.path(), &[]));
    let mode = |name: &str| {
        let file = std::fs::metadata(folder.path().join(name)).unwrap();
        file.permissions().mode() & 0o777
    };
    assert_eq!(mode("var"), 0o700);
    assert_eq!(mode("var/xinmiao.db"), 0o600);
    assert_eq!(mode("var/xinmiao.db.key"), 0o600);
    // The database remembers its key: another one is refused, and named.
    std::fs::write(folder.path().join("var/xinmiao.db.key"), KEY).unwrap();
    let output = xinmiao(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output();
    let (code, _, stderr) = text(&output.unwrap());
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("is not the key this database was written with"),
        "{stderr}"
    );
}

#[test]
fn files_that_everyone_may_read_are_refused_with_the_mend() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    drop(Serving::start(folder.path(), &[]));
    set(folder.path(), 0o755);
    set(&folder.path().join("var"), 0o755);
    for name in ["var/xinmiao.db", "var/xinmiao.db.key"] {
        let file = folder.path().join(name);
        set(&file, 0o644);
        let output = xinmiao(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .output();
        let (code, _, stderr) = text(&output.unwrap());
        assert_eq!(code, Some(1), "{stderr}");
        assert!(
            stderr.contains("chmod 600") && stderr.contains(name),
            "{stderr}"
        );
        set(&file, 0o600);
    }
    drop(Serving::start(folder.path(), &[]));
}

#[test]
fn a_second_process_on_the_same_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Serving::start(folder.path(), &[]);
    let output = xinmiao(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output();
    let (code, _, stderr) = text(&output.unwrap());
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("another process serves"), "{stderr}");
    drop(first);
    drop(Serving::start(folder.path(), &[]));
}

#[actix_web::test]
async fn a_told_service_fails_readiness_first_and_finishes_what_is_in_flight() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("xinmiao.toml"),
        "drainSeconds = 1\nshutdownSeconds = 20",
    )
    .unwrap();
    let mut serving = Serving::start(folder.path(), &[]);
    let ready = format!("{}/readyz", serving.url);
    assert_eq!(reqwest::get(&ready).await.unwrap().status(), 200);

    // A request whose body is still on its way, and a connection that only waits.
    let address = serving.url.trim_start_matches("http://");
    let mut slow = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/sessions HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{"
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut idle = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!("GET /livez HTTP/1.1\r\nHost: {address}\r\n\r\n");
    idle.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    idle.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");

    serving.signal("TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(reqwest::get(&ready).await.unwrap().status(), 503);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    slow.write_all(b"}").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(serving.ended(Duration::from_secs(10)), Some(0));
}

#[test]
fn a_demo_is_served_as_a_demo_and_a_programme_as_a_programme() {
    let folder = tempfile::tempdir().unwrap();
    let migrated = xinmiao(folder.path()).arg("migrate").status().unwrap();
    assert!(migrated.success());
    let file = folder.path().join("var/xinmiao.db");
    let url = DatabaseUrl::parse(&format!("sqlite://{}", file.display())).unwrap();
    let mark = "INSERT INTO service_state (name, value) VALUES ('demo', 'bazhong')";
    url.connect().unwrap().batch_execute(mark).unwrap();
    let output = xinmiao(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output();
    let (code, _, stderr) = text(&output.unwrap());
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("add --demo"), "{stderr}");
}

#[test]
fn a_journal_changed_behind_the_service_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let verify = || {
        let output = xinmiao(folder.path()).args(["journal", "verify"]).output();
        text(&output.unwrap())
    };
    assert_eq!(verify().0, Some(2), "no database yet");
    assert!(
        xinmiao(folder.path())
            .arg("migrate")
            .status()
            .unwrap()
            .success()
    );
    let (code, stdout, _) = verify();
    assert_eq!(
        (code, stdout.contains("0 rows sealed")),
        (Some(0), true),
        "{stdout}"
    );

    let file = folder.path().join("var/xinmiao.db");
    let url = DatabaseUrl::parse(&format!("sqlite://{}", file.display())).unwrap();
    let mut conn = url.connect().unwrap();
    let row = "INSERT INTO journal_entries (occurred_at, action, resource_type, resource_id, version, changed_fields, actor_type)
        VALUES (1690164000000000, 'cadre.created', 'cadre', x'01800000000070008000000000000001', 1, '[]', 'SYSTEM')";
    conn.batch_execute(row).unwrap();
    conn.batch_execute(
        "INSERT INTO journal_pending (entry_id) SELECT max(id) FROM journal_entries",
    )
    .unwrap();
    xinmiao::journal::seal(&mut conn).unwrap();
    let (code, stdout, _) = verify();
    assert_eq!(
        (code, stdout.contains("1 rows sealed")),
        (Some(0), true),
        "{stdout}"
    );

    let refused = conn.batch_execute("UPDATE journal_entries SET action = 'cadre.deleted'");
    assert!(refused.is_err(), "the triggers let a row be changed");
    conn.batch_execute("DROP TRIGGER journal_entries_no_update; UPDATE journal_entries SET action = 'cadre.deleted'").unwrap();
    let (code, stdout, _) = verify();
    assert_eq!(
        (code, stdout.contains("broken at position 1")),
        (Some(1), true),
        "{stdout}"
    );
}

/// Requests for what names persons are measured under the pattern of their path, so that nothing personal gets into a time series.
#[actix_web::test]
async fn measurements_count_requests_by_the_pattern_of_their_path() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path(), &[]);
    let get = async |path: &str| {
        let answer = reqwest::get(format!("{}{path}", serving.url))
            .await
            .unwrap();
        let told = answer.headers().get("content-type").cloned();
        (answer.status().as_u16(), told, answer.text().await.unwrap())
    };
    let person = "01900000-0000-7000-8000-00000000abcd";
    for path in [
        format!("/v1/cadres/{person}"),
        format!("/v1/cadres/{person}"),
        "/v1/cadres/by-external-id/portal/P-4711".to_owned(),
        "/v1/cadres?q=%E6%9D%8E%E9%9B%A8%E7%91%B6".to_owned(),
    ] {
        assert_eq!(get(&path).await.0, 401, "{path}");
    }
    assert_eq!(get("/no/such/4711").await.0, 404);
    let (status, told, metrics) = get("/metrics").await;
    assert_eq!(status, 200);
    assert_eq!(told.unwrap(), "text/plain; charset=utf-8");
    let counted = |route: &str, status: u16| {
        let line = metrics.lines().find(|line| {
            line.starts_with("http_server_request_duration_seconds_count")
                && line.contains(&format!("\"{route}\""))
                && line.contains(&format!("\"{status}\""))
        });
        line.and_then(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
    };
    assert_eq!(counted("/v1/cadres/{id}", 401), Some(2), "{metrics}");
    assert_eq!(counted("/v1/cadres", 401), Some(1), "{metrics}");
    for private in [person, "4711", "%E6%9D%8E", "李雨瑶", "portal"] {
        assert!(!metrics.contains(private), "{private}");
    }
}

#[test]
fn the_help_teaches_every_setting_and_completions_complete() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = xinmiao(folder.path()).args(arguments).output().unwrap();
        let (code, stdout, stderr) = text(&output);
        assert_eq!(code, Some(0), "{stderr}");
        stdout
    };
    let help = run(&["serve", "--help"]);
    for setting in xinmiao::config::SETTINGS {
        let name = xinmiao::config::env_name(setting.name);
        assert!(help.contains(&name), "{name} is missing in:\n{help}");
    }
    for flag in ["--demo", "--listen", "--database-url"] {
        assert!(help.contains(flag), "{flag}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell]).contains("journal"), "{shell}");
    }
    let version = run(&["--version"]);
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = xinmiao(folder.path())
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(
        (child.wait().unwrap().code(), stderr.as_str()),
        (Some(0), "")
    );
}
