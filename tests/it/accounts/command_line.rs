//! Accounts from the command line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn xinmiao(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xinmiao"))
        .env_clear()
        .current_dir(folder)
        .args(["--log", "off"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses its arguments reads nothing.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn create(folder: &Path, more: &[&str], password: &str) -> (bool, String) {
    let arguments = [&["user", "create", "--password-stdin"], more].concat();
    let output = xinmiao(folder, &arguments, password);
    let told = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.success(), String::from_utf8(told).unwrap())
}

/// What a first start prints.
fn start(folder: &Path) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xinmiao"))
        .env_clear()
        .current_dir(folder)
        .args(["serve", "--listen", "127.0.0.1:0", "--log", "off"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    stdout.read_line(&mut printed).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    stdout.read_to_string(&mut printed).unwrap();
    printed
}

#[test]
fn c26_a_first_start_prints_a_one_time_link_until_there_is_a_user() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (start(folder.path()), start(folder.path()));
    let token = |printed: &str| {
        let (_, rest) = printed.split_once("/setup#").unwrap();
        rest.lines().next().unwrap().to_owned()
    };
    assert_eq!(token(&first).len(), 43);
    assert_ne!(token(&first), token(&second));
    let administrator = ["--username", "boss", "--role", "ADMINISTRATOR"];
    let (done, told) = create(folder.path(), &administrator, "feng yu tong zhou\n");
    assert!(done && told.starts_with("User boss is made; id "), "{told}");
    assert!(!start(folder.path()).contains("/setup#"));
}

#[test]
fn a_user_is_made_with_a_password_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let boss = ["--username", "Boss", "--role", "ADMINISTRATOR"];
    for (password, reason) in [
        ("", "password: "),
        ("short", "password: "),
        ("admin123456", "password: "),
    ] {
        let (done, told) = create(folder, &boss, password);
        assert!(!done && told.contains(reason), "{told}");
    }
    let officer = ["--username", "officer", "--role", "UNIT_OFFICER"];
    let (done, told) = create(folder, &officer, "feng yu tong zhou");
    assert!(!done && told.contains("--organization: "), "{told}");
    let nowhere = [&officer[..], &["--organization", "NOWHERE"]].concat();
    let (done, told) = create(folder, &nowhere, "feng yu tong zhou");
    assert!(!done && told.contains("--organization: "), "{told}");
    let stranger = "01890a5d-ac96-774b-bcce-b302099a8057";
    let mentor = [
        "--username",
        "mentor",
        "--role",
        "MENTOR",
        "--mentor",
        stranger,
    ];
    let (done, told) = create(folder, &mentor, "feng yu tong zhou");
    assert!(!done && told.contains("--mentor: "), "{told}");
    let (done, told) = create(folder, &boss, "feng yu tong zhou\r\n");
    assert!(done, "{told}");
    let (done, told) = create(folder, &boss, "feng yu tong zhou");
    assert!(!done && told.contains("--username is taken"), "{told}");
}

#[test]
fn c4_keys_are_rotated_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = xinmiao(folder.path(), &["keys", "rotate"], "");
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success() && told.contains("is published. It signs from"),
            "{told}"
        );
    }
}

#[actix_web::test]
async fn denials_are_logged_with_request_route_network_and_account_and_never_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let auditor = ["--username", "auditor", "--role", "AUDITOR"];
    assert!(create(folder.path(), &auditor, "feng yu tong zhou").0);
    let log = folder.path().join("log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_xinmiao"))
        .env_clear()
        .current_dir(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0", "--log", "info"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| line.unwrap().split("listens on ").nth(1).map(str::to_owned));
    let url = url.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sign_in = async |username: &str, password: &str| {
        let body = serde_json::json!({ "username": username, "password": password });
        let sent = http.post(format!("{url}/v1/sessions")).json(&body);
        sent.send().await.unwrap()
    };
    assert_eq!(sign_in("tried-name", "tried-secret").await.status(), 401);
    assert_eq!(sign_in("auditor", "tried-secret").await.status(), 401);
    let session = sign_in("auditor", "feng yu tong zhou").await;
    let session: serde_json::Value = session.json().await.unwrap();
    let token = session["accessToken"].as_str().unwrap();
    let ask = http.get(format!("{url}/v1/users?username=tried-name"));
    assert_eq!(ask.bearer_auth(token).send().await.unwrap().status(), 403);
    let ask = http
        .get(format!("{url}/v1/cadres"))
        .bearer_auth("tried-token");
    assert_eq!(ask.send().await.unwrap().status(), 401);
    let me = http.get(format!("{url}/v1/me")).bearer_auth(token);
    let me: serde_json::Value = me.send().await.unwrap().json().await.unwrap();
    drop(child.kill());
    drop(child.wait());
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("tried-"), "{log}");
    let denied: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("request denied"))
        .collect();
    assert_eq!(denied.len(), 4, "{log}");
    let holds = |line: &str, parts: &[&str]| parts.iter().all(|part| line.contains(part));
    assert!(holds(
        denied[0],
        &["/v1/sessions", "127.0.0.1", "request_id", "401"]
    ));
    let id = me["id"].as_str().unwrap();
    assert!(
        holds(denied[2], &["/v1/users", "127.0.0.1", "403", id]),
        "{}",
        denied[2]
    );
    assert!(holds(denied[3], &["/v1/cadres", "127.0.0.1", "401"]));
    let wrong = log.lines().find(|line| line.contains("wrong password"));
    assert!(holds(wrong.unwrap(), &[id, "request_id"]));
}
