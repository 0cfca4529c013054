//! Connections that trickle, that nobody reads from, that are too many, and what is no request at all.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::TestApp;

fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.url.trim_start_matches("http://")).unwrap();
    let bound = Some(Duration::from_secs(30));
    stream.set_read_timeout(bound).unwrap();
    stream.set_write_timeout(bound).unwrap();
    stream
}

/// All that comes until the service closes the connection.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset after the last byte is as good an end.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

/// Status and problem of the only reply.
fn problem(stream: &mut TcpStream) -> (u16, Value) {
    let text = String::from_utf8(rest(stream)).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let lower = head.to_ascii_lowercase();
    assert!(
        lower.contains("content-type: application/problem+json"),
        "{text}"
    );
    assert!(lower.contains("x-request-id: "), "{text}");
    (
        head[9..12].parse().unwrap(),
        serde_json::from_str(body).unwrap(),
    )
}

#[actix_web::test]
async fn what_is_no_request_is_answered_with_a_problem() {
    let app = TestApp::start().await;
    let many: String = (0..2_000)
        .map(|n| format!("x-{n}: {}\r\n", "y".repeat(100)))
        .collect();
    let cases = [
        ("GARBAGE\r\n\r\n".to_owned(), 400, "malformed-request"),
        (
            "GET / HTTP/1.1\r\nbad header\r\n\r\n".to_owned(),
            400,
            "malformed-request",
        ),
        (
            "GET / HTTP/1.1\nhost: x\r\n\r\n".to_owned(),
            400,
            "malformed-request",
        ),
        (
            "GET / HTTP/1.1\r\nhost: x\n\n".to_owned(),
            400,
            "malformed-request",
        ),
        (
            format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
            431,
            "headers-too-large",
        ),
    ];
    for (sent, status, code) in cases {
        let mut stream = connect(&app);
        // The service may answer and close before all of it is written.
        let _ = stream.write_all(sent.as_bytes());
        let (answered, problem) = problem(&mut stream);
        assert_eq!((answered, &problem["code"]), (status, &Value::from(code)));
        assert!(problem["requestId"].is_string());
        let fault = (
            &problem["errors"][0]["parameter"],
            &problem["errors"][0]["code"],
        );
        let expected = match status {
            400 => (&Value::from("head"), &Value::from("head-malformed")),
            _ => (&Value::Null, &Value::Null),
        };
        assert_eq!(fault, expected, "{problem}");
    }
}

#[actix_web::test]
async fn who_is_still_sending_when_refused_reads_the_refusal() {
    let app = TestApp::start().await;
    let mut stream = connect(&app);
    let head = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let some = vec![b' '; 64 * 1024];
    stream.write_all(&some).unwrap();
    // The refusal is on its way; a reset would end these writes, and what was not read yet would be lost.
    for _ in 0..10 {
        std::thread::sleep(Duration::from_millis(50));
        stream.write_all(&some).unwrap();
    }
    let (status, problem) = problem(&mut stream);
    assert_eq!(
        (status, &problem["code"]),
        (413, &Value::from("payload-too-large"))
    );
}

/// The statuses of so many replies.
fn statuses(stream: &mut TcpStream, count: usize) -> Vec<String> {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    while text.matches("HTTP/1.1 ").count() < count {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "{text}");
        text += &String::from_utf8_lossy(&buffer[..read]);
    }
    let replies = text.split("HTTP/1.1 ").skip(1);
    replies.map(|reply| reply[..3].to_owned()).collect()
}

#[actix_web::test]
async fn a_line_feed_stands_alone_in_bodies_and_in_no_head() {
    let app = TestApp::start().await;
    let post = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let body = "{\n\"username\": \"nobody\",\n\"password\": \"no such password\"\n}\n";
    let sized = format!("{post}content-length: {}\r\n\r\n{body}", body.len());
    let chunked = format!(
        "{post}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let whole = "GET /v1/code-sets/sex HTTP/1.1\r\nhost: x\r\n\r\n";
    for (first, status) in [(sized.as_str(), "401"), (&chunked, "401"), (whole, "200")] {
        let mut stream = connect(&app);
        for bytes in format!("{first}{whole}").as_bytes().chunks(37) {
            stream.write_all(bytes).unwrap();
            std::thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(statuses(&mut stream, 2), [status, "200"], "{first}");
        let broken = b"GET /v1/code-sets/sex HTTP/1.1\r\nhost: x\n\r\n";
        stream.write_all(broken).unwrap();
        let (status, problem) = problem(&mut stream);
        assert_eq!(
            (status, &problem["code"]),
            (400, &Value::from("malformed-request"))
        );
    }
}

#[actix_web::test]
async fn heads_and_bodies_that_trickle_end_after_ten_seconds() {
    let app = TestApp::start().await;
    let began = Instant::now();
    let mut head = connect(&app);
    head.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    let mut body = connect(&app);
    let start = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    body.write_all(start.as_bytes()).unwrap();
    let mut dripping = body.try_clone().unwrap();
    let drip = std::thread::spawn(move || {
        for _ in 0..20 {
            std::thread::sleep(Duration::from_secs(1));
            if dripping.write_all(b" ").is_err() {
                break;
            }
        }
    });
    for stream in [&mut head, &mut body] {
        let (status, problem) = problem(stream);
        assert_eq!(
            (status, &problem["code"]),
            (408, &Value::from("request-timeout"))
        );
    }
    let waited = began.elapsed();
    assert!((9..20).contains(&waited.as_secs()), "{waited:?}");
    drip.join().unwrap();
}

#[actix_web::test]
async fn replies_that_nobody_reads_end_the_connection() {
    let app = TestApp::start().await;
    let mut stream = connect(&app);
    let one = b"GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    let size = app
        .anonymous()
        .get("/v1/openapi.json")
        .await
        .expect(200)
        .body
        .len();
    // More than the system's buffers take.
    let asked = 60;
    let asking = std::thread::spawn({
        let mut stream = stream.try_clone().unwrap();
        move || (0..asked).all(|_| stream.write_all(one).is_ok())
    });
    actix_web::rt::time::sleep(Duration::from_secs(16)).await;
    let got = rest(&mut stream).len();
    asking.join().unwrap();
    assert!(
        got > 0 && got < asked * size,
        "{got} bytes of {asked} times {size}"
    );
    // Others were answered all the while.
    app.anonymous().get("/livez").await.expect(200);
}

#[actix_web::test]
async fn a_slow_reader_who_reads_is_waited_for() {
    let app = TestApp::start().await;
    let mut stream = connect(&app);
    let one = b"GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(one).unwrap();
    let mut got = 0;
    let mut part = vec![0; 64 * 1024];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) => panic!("{error} after {got} bytes"),
        }
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    let whole = app.anonymous().get("/v1/openapi.json").await.expect(200);
    assert!(got > whole.body.len(), "{got} bytes");
}

#[actix_web::test]
async fn a_network_has_so_many_connections_at_once() {
    let app = TestApp::start_with(|settings| settings.connections_per_network = 3).await;
    let ask = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let answers = |stream: &mut TcpStream| {
        let mut first = [0; 12];
        stream.write_all(ask).is_ok() && stream.read_exact(&mut first).is_ok()
    };
    let mut open: Vec<TcpStream> = (0..3).map(|_| connect(&app)).collect();
    assert!(open.iter_mut().all(answers));
    assert!(!answers(&mut connect(&app)), "the fourth is closed");
    open.pop();
    let mut again = false;
    for _ in 0..50 {
        again = again || answers(&mut connect(&app));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(again, "a place that was left is free");
}
