//! A plain HTTP client: what goes over the wire, without the typed client's retries.

use bytes::Bytes;
use endpoint::{
    http_transport::Http,
    mutual_tls::MutualTls,
    transport::{Transport, TransportError},
};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// The path to which the first link in a mail leads. In front of it stands where the shop is, if the shop can tell.
pub fn path_in(mail: &str) -> Option<&str> {
    mail.split_whitespace().find_map(|word| match word.strip_prefix("http://") {
        Some(rest) => rest.find('/').map(|at| &rest[at..]),
        None => word.starts_with('/').then_some(word),
    })
}

/// A client of one server; cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    http: Arc<Http>,
    url: String,
    token: Option<String>,
    within: Duration,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, if that is JSON.
    pub body: Value,
    /// Its body.
    pub bytes: Bytes,
}

impl HttpResponse {
    /// The status as a number.
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }
    /// A member of the body, as text; empty if it is not there.
    pub fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap_or_default()
    }
    /// The answer, if its status is this one.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> HttpResponse {
        assert_eq!(self.code(), status, "{} {}", self.status, String::from_utf8_lossy(&self.bytes));
        self
    }
}

impl HttpClient {
    /// The same, which reaches the server over TLS and shows these certificates.
    #[must_use]
    pub fn sealed(url: &str, mutual: &MutualTls) -> Self {
        HttpClient { http: Arc::new(Http::with(Some(mutual))), ..HttpClient::new(url) }
    }
    /// A client without a token, which waits 30 seconds for an answer.
    #[must_use]
    pub fn new(url: &str) -> Self {
        HttpClient { http: Arc::default(), url: url.to_owned(), token: None, within: Duration::from_secs(30) }
    }
    /// The same, signed in.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        HttpClient { token: Some(token.to_owned()), ..self.clone() }
    }
    /// The same, signed in no more.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        HttpClient { token: None, ..self.clone() }
    }
    /// The token that it shows.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }
    /// The same, with other connections.
    #[must_use]
    pub fn apart(&self) -> Self {
        HttpClient { http: Arc::default(), ..self.clone() }
    }
    /// Sends a request as it is.
    ///
    /// # Errors
    /// When no answer came.
    #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
    pub async fn send(&self, mut request: Request<Bytes>) -> Result<HttpResponse, TransportError> {
        if let Some(token) = &self.token {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
            request.headers_mut().entry(header::AUTHORIZATION).or_insert(value);
        }
        let answer = timeout(self.within, self.http.send(&self.url, request)).await;
        let answer =
            answer.map_err(|_| TransportError { arrived: true, why: "upstream timed out".to_owned() })??;
        let (parts, bytes) = answer.into_parts();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(HttpResponse { status: parts.status, headers: parts.headers, body, bytes })
    }
    /// Sends JSON, with an idempotency key where one is given.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<HttpResponse, TransportError> {
        let mut request = Request::builder().method(method).uri(path);
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let bytes = match body {
            Value::Null => Bytes::new(),
            body => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                body.to_string().into()
            }
        };
        self.send(request.body(bytes).unwrap()).await
    }
    /// GET.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn get(&self, path: &str) -> HttpResponse {
        self.try_call(Method::GET, path, "", &Value::Null).await.unwrap()
    }
    /// POST of JSON, with an idempotency key unless that is empty.
    ///
    /// # Panics
    /// When no answer came.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> HttpResponse {
        self.try_call(Method::POST, path, key, body).await.unwrap()
    }
}
