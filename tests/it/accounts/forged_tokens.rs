//! Tokens that this service did not make, or not for this use.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use xinmiao::access::SigningKey;
use xinmiao::db::UtcTimestamp;

use crate::accounts::{sign_in, user};
use crate::support::{TestApp, Who};
use xinmiao::access::Role;

/// Anyone signed in may ask for this.
const PROBE: &str = "/v1/organizations?limit=1";

fn encode(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// What a forger starts from: a good token in its parts.
struct Forge {
    kid: String,
    ours: EncodingKey,
    theirs: SigningKey,
    public: Vec<u8>,
    claims: Value,
}

impl Forge {
    fn new(app: &TestApp) -> Self {
        let keys = app.service().tokens.keys();
        let (kid, ours) = keys.signing().unwrap();
        let who = Who::manager(&app.city.root);
        let claims = who.claims(&app.service().tokens, app.now(), app.id());
        let jwks = keys.to_jwks();
        let public = jwks["keys"][0]["x"].as_str().unwrap();
        Self {
            kid: kid.to_owned(),
            ours: ours.clone(),
            theirs: SigningKey::generate(UtcTimestamp(0)).unwrap(),
            public: URL_SAFE_NO_PAD.decode(public).unwrap(),
            claims: serde_json::to_value(claims).unwrap(),
        }
    }

    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.kid })
    }

    fn sign(&self, message: &str) -> String {
        jsonwebtoken::crypto::sign(message.as_bytes(), &self.ours, Algorithm::EdDSA).unwrap()
    }

    /// Signed with our own key, whatever stands in it.
    fn ours(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", encode(header), encode(claims));
        format!("{message}.{}", self.sign(&message))
    }

    /// A good token with another header.
    fn with_header(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut header = self.header();
        change(&mut header);
        self.ours(&header.to_string(), &self.claims.to_string())
    }

    /// A good token with one other claim; null takes it out.
    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        if claims[name].is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        self.ours(&self.header().to_string(), &claims.to_string())
    }

    fn good(&self) -> String {
        self.with_header(|_| {})
    }

    /// Signed with the forger's key.
    fn theirs(&self, header: &Value) -> String {
        let key = EncodingKey::from_ed_der(&self.theirs.private_key);
        let message = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(self.claims.to_string())
        );
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA);
        format!("{message}.{}", signature.unwrap())
    }

    /// Authenticated with our public key as if it were a shared secret.
    fn confused(&self, alg: &str, secret: &[u8], algorithm: hmac::Algorithm) -> String {
        let mut header = self.header();
        header["alg"] = alg.into();
        let message = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(self.claims.to_string())
        );
        let key = hmac::Key::new(algorithm, secret);
        format!("{message}.{}", encode(hmac::sign(&key, message.as_bytes())))
    }

    fn signed_otherwise(&self, alg: &str, signature: &[u8]) -> String {
        let mut header = self.header();
        header["alg"] = alg.into();
        let message = format!(
            "{}.{}",
            encode(header.to_string()),
            encode(self.claims.to_string())
        );
        format!("{message}.{}", encode(signature))
    }

    fn headers(&self) -> Vec<(String, String)> {
        let mut cases = Vec::new();
        for alg in ["none", "None", "NONE", "nOnE"] {
            cases.push((format!("alg {alg}"), self.signed_otherwise(alg, b"")));
        }
        for alg in [
            "eddsa", "EDDSA", "Ed25519", "ES256", "RS256", "PS256", "HS256", "XX", "",
        ] {
            let token = self.with_header(|header| header["alg"] = alg.into());
            cases.push((format!("alg {alg} over a good signature"), token));
        }
        for alg in [json!(null), json!(1), json!(["EdDSA"]), json!({})] {
            let token = self.with_header(|header| header["alg"] = alg.clone());
            cases.push((format!("alg {alg}"), token));
        }
        for typ in [
            "JWT",
            "jwt",
            "rt+jwt",
            "secevent+jwt",
            "client-authentication+jwt",
            "",
        ] {
            let token = self.with_header(|header| header["typ"] = typ.into());
            cases.push((format!("typ {typ}"), token));
        }
        let kids = [
            "../../../../dev/null",
            "' OR 1=1 --",
            "",
            "0",
            "http://127.0.0.1/key",
        ];
        for kid in kids {
            let token = self.with_header(|header| header["kid"] = kid.into());
            cases.push((format!("kid {kid}"), token));
        }
        for (name, value) in [
            ("jku", json!("https://evil.example/jwks.json")),
            ("x5u", json!("https://evil.example/cert.pem")),
            (
                "jwk",
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(&self.theirs.public_key) }),
            ),
            ("x5c", json!(["MIIB"])),
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("b64", json!(false)),
            ("zip", json!("DEF")),
            ("cty", json!("JWT")),
        ] {
            let mut header = self.header();
            header[name] = value;
            let signed = self.ours(&header.to_string(), &self.claims.to_string());
            cases.push((format!("{name} over our signature"), signed));
            cases.push((format!("{name} over theirs"), self.theirs(&header)));
        }
        for missing in ["typ", "alg", "kid"] {
            let token = self.with_header(|header| {
                header.as_object_mut().unwrap().remove(missing);
            });
            cases.push((format!("no {missing}"), token));
        }
        let twice = format!(
            r#"{{"typ":"at+jwt","alg":"none","alg":"EdDSA","kid":"{}"}}"#,
            self.kid
        );
        cases.push((
            "alg twice".into(),
            self.ours(&twice, &self.claims.to_string()),
        ));
        cases
    }

    fn signatures(&self) -> Vec<(String, String)> {
        let good = self.good();
        let (message, signature) = good.rsplit_once('.').unwrap();
        let (head, payload) = message.split_once('.').unwrap();
        let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let other_claims = encode(
            self.claims
                .to_string()
                .replace("PROGRAMME_MANAGER", "ADMINISTRATOR"),
        );
        let blank = encode(format!("{} ", self.header()));
        // The last character of 86 bears four bits that mean nothing.
        let mut trailing = signature.to_owned();
        let last = trailing.pop().unwrap();
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let place = alphabet.find(last).unwrap();
        trailing.push(alphabet.chars().nth(place ^ 1).unwrap());
        let flipped: Vec<u8> = raw.iter().map(|byte| byte ^ 1).collect();
        let nested = self.ours(&self.header().to_string(), &format!("\"{good}\""));
        let public = STANDARD.encode(&self.public);
        let named = |name: &str, token: String| (name.to_owned(), token);
        vec![
            named("another key under our kid", self.theirs(&self.header())),
            named(
                "HS256 with the public key",
                self.confused("HS256", &self.public, hmac::HMAC_SHA256),
            ),
            named(
                "HS256 with its text",
                self.confused("HS256", public.as_bytes(), hmac::HMAC_SHA256),
            ),
            named(
                "HS384 with the public key",
                self.confused("HS384", &self.public, hmac::HMAC_SHA384),
            ),
            named(
                "HS512 with the public key",
                self.confused("HS512", &self.public, hmac::HMAC_SHA512),
            ),
            named(
                "EdDSA by HMAC",
                self.confused("EdDSA", &self.public, hmac::HMAC_SHA512),
            ),
            named("ES256 (0, 0)", self.signed_otherwise("ES256", &[0; 64])),
            named(
                "ES256 r, s above n",
                self.signed_otherwise("ES256", &[0xff; 64]),
            ),
            named("EdDSA (0, 0)", self.signed_otherwise("EdDSA", &[0; 64])),
            named(
                "EdDSA all ones",
                self.signed_otherwise("EdDSA", &[0xff; 64]),
            ),
            named("no signature", format!("{message}.")),
            named("no third part", message.to_owned()),
            named(
                "half a signature",
                format!("{message}.{}", encode(&raw[..32])),
            ),
            named(
                "a longer signature",
                format!("{message}.{}", encode([&raw[..], &[0]].concat())),
            ),
            named(
                "a flipped signature",
                format!("{message}.{}", encode(flipped)),
            ),
            named("trailing bits", format!("{message}.{trailing}")),
            named("padding", format!("{good}==")),
            named(
                "another alphabet",
                format!("{message}.{}", STANDARD.encode(&raw)),
            ),
            named("other claims", format!("{head}.{other_claims}.{signature}")),
            named(
                "a blank in the header",
                format!("{blank}.{payload}.{signature}"),
            ),
            named("a fourth part", format!("{good}.{signature}")),
            named("five parts", format!("{good}.{signature}.{signature}")),
            named("a nested token", nested),
            named("a blank inside", good.replacen('.', ". ", 1)),
            named("no header", format!(".{payload}.{signature}")),
            named("only points", "..".to_owned()),
            named("no token at all", "x".to_owned()),
            named("15 kB", format!("{message}.{}", "A".repeat(15_000))),
        ]
    }

    fn claims(&self) -> Vec<(String, String)> {
        let now = self.claims["iat"].as_i64().unwrap();
        let mut cases = Vec::new();
        for (name, values) in [
            (
                "exp",
                vec![
                    json!(null),
                    json!(now - 1),
                    json!(now),
                    json!("9999999999"),
                    json!(-1),
                    json!(0),
                    json!(now as f64 + 900.5),
                    json!(1e300),
                    json!(i64::MAX),
                    json!(u64::MAX),
                    json!(now + 901),
                    json!([now]),
                ],
            ),
            (
                "iat",
                vec![
                    json!(null),
                    json!(now + 61),
                    json!("0"),
                    json!(-1),
                    json!(i64::MIN),
                    json!(now as f64 + 0.5),
                    json!(i64::MAX),
                ],
            ),
            ("nbf", vec![json!(now + 61), json!("0"), json!(i64::MAX)]),
            (
                "iss",
                vec![
                    json!(null),
                    json!("https://evil.example"),
                    json!(""),
                    json!(format!("{}/", self.claims["iss"].as_str().unwrap())),
                ],
            ),
            (
                "aud",
                vec![
                    json!(null),
                    json!("https://evil.example/v1"),
                    json!(""),
                    self.claims["iss"].clone(),
                ],
            ),
            ("sub", vec![json!(null), json!("admin"), json!(1)]),
            ("jti", vec![json!(null), json!("1")]),
            (
                "grants",
                vec![json!([{ "role": "EMPEROR" }]), json!("ADMINISTRATOR")],
            ),
        ] {
            for value in values {
                cases.push((format!("{name} {value}"), self.with_claim(name, value)));
            }
        }
        let twice = self
            .claims
            .to_string()
            .replacen('{', r#"{"exp":9999999999,"#, 1);
        cases.push((
            "exp twice".into(),
            self.ours(&self.header().to_string(), &twice),
        ));
        cases
    }
}

#[actix_web::test]
async fn c1_c3_no_forged_token_is_taken() {
    let app = TestApp::start().await;
    let forge = Forge::new(&app);
    app.bearer(&forge.good()).get(PROBE).await.expect(200);
    let cases: Vec<_> = [forge.headers(), forge.signatures(), forge.claims()].concat();
    assert!(cases.len() >= 60, "{}", cases.len());
    for (name, token) in &cases {
        let answer = app.bearer(token).get(PROBE).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, "unauthenticated"),
            "{name}: {}",
            answer.text()
        );
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.contains("error=\"invalid_token\""),
            "{name}: {challenge}"
        );
    }
    app.bearer(&forge.good()).get(PROBE).await.expect(200);
}

#[actix_web::test]
async fn c1_a_token_of_100_kilobytes_is_refused() {
    let app = TestApp::start().await;
    let answer = app.bearer(&"A".repeat(100_000)).get(PROBE).await;
    assert!(
        [400, 401, 431].contains(&answer.status),
        "{}",
        answer.text()
    );
    app.manager().get(PROBE).await.expect(200);
}

#[actix_web::test]
async fn c2_tokens_of_one_use_are_refused_for_another() {
    let app = TestApp::start().await;
    user(
        &app,
        "officer",
        &[(Role::UnitOfficer, Some(app.city.yuxi.id))],
    )
    .await;
    let session = sign_in(&app, "officer").await;
    let refresh_token = session["refreshToken"].as_str().unwrap();
    app.bearer(refresh_token)
        .get(PROBE)
        .await
        .expect_problem(401, "unauthenticated");
    let body = json!({ "refreshToken": session["accessToken"] });
    let answer = app.anonymous().post("/v1/sessions/_refresh", &body).await;
    // An access token is longer than any refresh token may be, or is none.
    assert!([401, 422].contains(&answer.status), "{}", answer.text());
}

#[actix_web::test]
async fn c6_a_token_in_the_query_is_not_looked_at() {
    let app = TestApp::start().await;
    let token = app.token(&Who::manager(&app.city.root));
    for name in ["access_token", "token", "bearer"] {
        let path = format!("/v1/organizations?{name}={token}");
        app.anonymous()
            .get(&path)
            .await
            .expect_problem(401, "unauthenticated");
    }
    let basic = app.anonymous().request(reqwest::Method::GET, PROBE);
    let basic = basic
        .header("authorization", &format!("Basic {token}"))
        .send()
        .await;
    basic.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn c7_refusals_say_what_is_missing() {
    let app = TestApp::start().await;
    let metadata = format!(
        "resource_metadata=\"{}/.well-known/oauth-protected-resource\"",
        app.url
    );
    let none = app
        .anonymous()
        .get(PROBE)
        .await
        .expect_problem(401, "unauthenticated");
    let challenge = none.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer ") && challenge.contains(&metadata),
        "{challenge}"
    );
    assert!(!challenge.contains("error="), "{challenge}");
    let bad = app
        .bearer("x.y.z")
        .get(PROBE)
        .await
        .expect_problem(401, "unauthenticated");
    assert!(
        bad.header("www-authenticate")
            .contains("error=\"invalid_token\"")
    );
    let client = app.client(Who::system(&app.city.root, "mentors:read"));
    let denied = client
        .get("/v1/cadres")
        .await
        .expect_problem(403, "forbidden");
    let challenge = denied.header("www-authenticate");
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(
        challenge.contains("scope=\"cadres:read\"") && challenge.contains(&metadata),
        "{challenge}"
    );
}

#[actix_web::test]
async fn a_bad_token_is_refused_before_a_bad_body() {
    let app = TestApp::start().await;
    let request = app
        .bearer("x.y.z")
        .request(reqwest::Method::POST, "/v1/users");
    let answer = request.body("application/json", "{").send().await;
    answer.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn an_access_token_lives_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let token = app.token(&Who::manager(&app.city.root));
    app.advance(899);
    app.bearer(&token).get(PROBE).await.expect(200);
    app.advance(1);
    app.bearer(&token)
        .get(PROBE)
        .await
        .expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_grant_that_ends_gives_nothing_from_the_next_day_on() {
    let app = TestApp::start().await;
    let who = Who::manager(&app.city.root).until(crate::support::TODAY);
    let token = app.token(&who);
    app.bearer(&token).get("/v1/cadres").await.expect(200);
    // Ten in the morning and 13 h 50 min: ten minutes to midnight; and a token of that moment.
    app.advance(13 * 3600 + 50 * 60);
    let late = app.token(&who);
    app.bearer(&late).get("/v1/cadres").await.expect(200);
    app.advance(11 * 60);
    app.bearer(&late)
        .get("/v1/cadres")
        .await
        .expect_problem(403, "forbidden");
}
