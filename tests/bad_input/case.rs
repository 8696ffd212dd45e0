//! A bad request, what it must be answered with, and what is wrong with an answer.

use super::schema::ServedDocument;
use bytes::Bytes;
use http::Request;
use testkit::http_client::{HttpClient, HttpResponse};

/// What a bad request must be answered with.
#[derive(Debug, Clone)]
pub enum Expected {
    /// 400, and a fault there, in what it lies in, or in what lies in it.
    At(String),
    /// 400, and a fault there, or one of the whole body where that is no JSON.
    AtOrNoJson(String),
    /// This status, and a fault there of this code.
    Coded(u16, String, &'static str),
    /// This status.
    Status(u16),
    /// Any refusal.
    Refused,
    /// An answer, which may say yes: it changes nothing.
    Harmless,
}

pub struct Case {
    /// What is bad about it.
    pub what: String,
    pub request: Request<Bytes>,
    pub expected: Expected,
}

impl Case {
    pub fn new(what: impl Into<String>, request: Request<Bytes>, expected: Expected) -> Case {
        Case { what: what.into(), request, expected }
    }

    /// Sends it; what is wrong with the answer.
    pub async fn tried(self, name: &str, client: &HttpClient, document: &ServedDocument) -> Option<String> {
        let shown = format!("{name}: {}", self.what);
        let said = match client.send(self.request).await {
            Ok(said) => said,
            Err(broken) => return Some(format!("{shown}: {broken}")),
        };
        let wrong = wrong(&said, &self.expected).or_else(|| {
            let responses = &document.operation(name)["responses"];
            let is_known = responses.get(said.status.as_str()).is_some();
            (!is_known).then(|| "the document does not know that status".to_owned())
        });
        let text: String = String::from_utf8_lossy(&said.bytes).chars().take(400).collect();
        wrong.map(|wrong| format!("{shown}: {wrong}, expected {:?}: {} {text}", self.expected, said.status))
    }
}

fn wrong(said: &HttpResponse, expected: &Expected) -> Option<String> {
    let is_good = said.status.is_success() || said.code() == 304;
    match expected {
        Expected::Harmless if is_good => return None,
        _ if !said.status.is_client_error() => return Some("is not refused".to_owned()),
        _ => {}
    }
    if let Some(wrong) = incomplete(said) {
        return Some(wrong);
    }
    match expected {
        Expected::Status(status) if said.code() != *status => {
            Some("is refused for something else".to_owned())
        }
        Expected::Coded(status, pointer, code) => {
            let mut errors = said.body["errors"].as_array().into_iter().flatten();
            let is_there = errors.any(|fault| fault["pointer"] == **pointer && fault["code"] == **code);
            (said.code() != *status || !is_there).then(|| "is refused for something else".to_owned())
        }
        Expected::At(pointer) => fault_at(said, |at| lies_in(pointer, at) || lies_in(at, pointer)),
        Expected::AtOrNoJson(pointer) => {
            fault_at(said, |at| lies_in(pointer, at) || lies_in(at, pointer) || at.is_empty())
        }
        Expected::Status(_) | Expected::Refused | Expected::Harmless => None,
    }
}

/// Whether an answer says that what stands there is wrong, or what lies in it. That one of several members is wanted it may
/// say: null is as good as none.
pub fn refuses(said: &HttpResponse, pointer: &str) -> bool {
    let mut faults = said.body["errors"].as_array().into_iter().flatten();
    matches!(said.code(), 400 | 422)
        && faults.any(|fault| {
            fault["code"] != "one_of" && fault["pointer"].as_str().is_some_and(|at| lies_in(at, pointer))
        })
}

/// Whether one pointer is another or leads into it; not from the whole body.
fn lies_in(pointer: &str, at: &str) -> bool {
    pointer == at || (at.len() > 1 && pointer.strip_prefix(at).is_some_and(|rest| rest.starts_with('/')))
}

fn fault_at(said: &HttpResponse, is_there: impl Fn(&str) -> bool) -> Option<String> {
    // 422 for what is right in form and does not fit
    if !matches!(
        (said.code(), said.text("code")),
        (400, _) | (422, "unprocessable" | "unknown_payment_method")
    ) {
        return Some("is neither wrong in form nor something that does not fit".to_owned());
    }
    let mut errors = said.body["errors"].as_array().into_iter().flatten();
    match errors.any(|fault| is_there(fault["pointer"].as_str().unwrap_or("none"))) {
        true => None,
        false => Some("does not name what is bad".to_owned()),
    }
}

/// What a problem document must have, and this answer has not.
fn incomplete(said: &HttpResponse) -> Option<String> {
    let kind = said.headers.get("content-type").and_then(|value| value.to_str().ok());
    if kind != Some("application/problem+json") {
        return Some(format!("is no problem document but {kind:?}"));
    }
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let code = said.text("code");
    let is_whole = is_word(code)
        && said.body["status"] == said.code()
        && said.text("type") == format!("/docs/problems#{code}")
        && ["title", "detail", "instance", "request_id"].iter().all(|member| !said.text(member).is_empty());
    if !is_whole {
        return Some("is an incomplete problem document".to_owned());
    }
    let errors = said.body["errors"].as_array();
    let are_whole = errors.into_iter().flatten().all(|fault| {
        fault["pointer"].is_string()
            && is_word(fault["code"].as_str().unwrap_or_default())
            && fault["detail"].is_string()
    });
    if code == "invalid_request" && (errors.is_none_or(Vec::is_empty) || !are_whole) {
        return Some("has no whole list of errors".to_owned());
    }
    None
}
