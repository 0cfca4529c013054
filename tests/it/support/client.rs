//! A caller over HTTP.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A caller with or without a token.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

impl Client {
    pub(super) fn new(http: reqwest::Client, url: String, token: Option<String>) -> Self {
        Self { http, url, token }
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let mut builder = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        Request(builder)
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::PUT, path).json(body).send().await
    }

    /// PATCH with a merge patch, under `If-Match`.
    pub async fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        let request = self.request(Method::PATCH, path).if_match(etag);
        request.merge_patch(body).send().await
    }

    /// DELETE under `If-Match`.
    pub async fn delete(&self, path: &str, etag: &str) -> Answer {
        self.request(Method::DELETE, path)
            .if_match(etag)
            .send()
            .await
    }
}

/// A request that is not sent yet.
#[derive(Debug)]
pub struct Request(reqwest::RequestBuilder);

impl Request {
    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With `If-Match`.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// With an idempotency key.
    pub fn keyed(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", serde_json::to_vec(body).unwrap())
    }

    /// With a merge patch.
    pub fn merge_patch(self, body: &Value) -> Self {
        let bytes = serde_json::to_vec(body).unwrap();
        self.body("application/merge-patch+json", bytes)
    }

    /// With any body.
    pub fn body(self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.header("content-type", media_type).body(body.into()))
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self) -> Answer {
        let response = self.0.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await.unwrap().to_vec();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Answer {
            status,
            headers,
            json,
            body,
        }
    }
}

/// An answer in full.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is none.
    pub json: Value,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The `ETag`.
    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The problem's code; empty when the answer is no problem.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The pointers (or parameters) and codes of all that is at fault.
    pub fn errors(&self) -> Vec<(&str, &str)> {
        fn entry(error: &Value) -> Option<(&str, &str)> {
            let place = error.get("pointer").or_else(|| error.get("parameter"))?;
            Some((place.as_str()?, error.get("code")?.as_str()?))
        }
        let errors = self.json["errors"].as_array();
        errors.into_iter().flatten().filter_map(entry).collect()
    }

    /// The answer, if it has this status; otherwise the test fails and shows it.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The answer, if it is this problem; otherwise the test fails and shows it.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, self.code()),
            (status, code),
            "{}",
            self.text()
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        self
    }
}
