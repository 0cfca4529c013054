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
