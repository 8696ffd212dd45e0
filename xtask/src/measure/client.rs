//! A client of a server under measurement: one connection, one request after the other.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

pub(super) struct MeasureClient {
    address: String,
    token: String,
    connection: BufReader<TcpStream>,
}

impl MeasureClient {
    /// Connects to `HOST:PORT`.
    pub(super) fn connect(address: &str) -> Result<MeasureClient, String> {
        let failed = |error| format!("{address}: {error}");
        let stream = TcpStream::connect(address).map_err(failed)?;
        stream
            .set_read_timeout(Some(ANSWERS_WITHIN))
            .and_then(|()| stream.set_nodelay(true))
            .map_err(failed)?;
        Ok(MeasureClient {
            address: address.to_owned(),
            token: String::new(),
            connection: BufReader::new(stream),
        })
    }

    /// Signs in; what is asked from now on is asked by that account.
    pub(super) fn sign_in(&mut self, email: &str, password: &str) -> Result<(), String> {
        let said = self.post("/v1/login", "", &serde_json::json!({"email": email, "password": password}))?;
        self.token = text(&said, "access_token")?;
        Ok(())
    }

    /// Posts JSON, with an idempotency key where one is given.
    ///
    /// # Errors
    /// When the answer is not a success, or none comes.
    pub(super) fn post(&mut self, path: &str, key: &str, body: &Value) -> Result<Value, String> {
        let body = body.to_string();
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        if !self.token.is_empty() {
            head += &format!("authorization: Bearer {}\r\n", self.token);
        }
        if !key.is_empty() {
            head += &format!("idempotency-key: {key}\r\n");
        }
        let (status, answer) =
            self.exchange(&format!("{head}\r\n{body}")).map_err(|error| format!("{path}: {error}"))?;
        match status {
            200..=299 => serde_json::from_str(&answer).map_err(|error| format!("{path}: {error}")),
            _ => Err(format!("{path}: {status} {answer}")),
        }
    }

    fn exchange(&mut self, request: &str) -> std::io::Result<(u16, String)> {
        self.connection.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            if self.connection.read_line(&mut line)? == 0 {
                return Err(std::io::Error::other("the connection was closed"));
            }
            let lower = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = lower.strip_prefix("http/1.1 ") {
                status = rest.get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0);
            } else if let Some(bytes) = lower.strip_prefix("content-length:") {
                length = bytes.trim().parse().unwrap_or(0);
            } else if lower.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// A text of an answer.
pub(super) fn text(answer: &Value, name: &str) -> Result<String, String> {
    answer[name].as_str().map(str::to_owned).ok_or_else(|| format!("the answer has no `{name}`: {answer}"))
}
