//! What a façade answers: a status and a JSON body, in the shape that its original gave it.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use endpoint::{
    ApiError, FieldError, Problem,
    client::CallError,
    http::{HeaderValue, StatusCode, header},
};
use kernel::{ClassifyFailure, FailureKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct FacadeResponse {
    status: u16,
    pub(crate) json: String,
}

impl FacadeResponse {
    /// This body, with this status.
    pub(crate) fn new(status: u16, body: &impl Serialize) -> FacadeResponse {
        FacadeResponse {
            status,
            json: serde_json::to_string(body).expect("what a façade answers is plain data"),
        }
    }
    /// 200.
    pub(crate) fn ok(body: &impl Serialize) -> FacadeResponse {
        FacadeResponse::new(200, body)
    }
    /// 201.
    pub(crate) fn created(body: &impl Serialize) -> FacadeResponse {
        FacadeResponse::new(201, body)
    }
    /// The same, indented by two blanks and ended by a line break, as Flask does it where it debugs. Numbers stay as they
    /// are written.
    pub(crate) fn indented(self) -> FacadeResponse {
        let mut json = String::with_capacity(self.json.len() * 2);
        let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
        let line = |json: &mut String, depth: usize| {
            json.push('\n');
            json.extend(std::iter::repeat_n("  ", depth));
        };
        for c in self.json.chars() {
            if in_text {
                in_text = escaped || c != '"';
                escaped = !escaped && c == '\\';
                json.push(c);
                continue;
            }
            match c {
                ' ' | '\n' | '\r' | '\t' => {}
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if !json.ends_with(['{', '[']) {
                        line(&mut json, depth);
                    }
                    json.push(c);
                }
                c => {
                    if json.ends_with(['{', '[']) {
                        line(&mut json, depth);
                    }
                    json.push(c);
                    in_text = c == '"';
                    match c {
                        '{' | '[' => depth += 1,
                        ',' => line(&mut json, depth),
                        ':' => json.push(' '),
                        _ => {}
                    }
                }
            }
        }
        json.push('\n');
        FacadeResponse { json, ..self }
    }
}

impl IntoResponse for FacadeResponse {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// A refusal, before it has the shape of its original's errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FacadeError {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// How long to wait before it is tried again, in seconds, where that is known.
    pub(crate) retry_after: Option<u64>,
}

/// A refusal with this status and this sentence.
pub(crate) fn refused(status: u16, text: impl Into<String>) -> FacadeError {
    FacadeError { status, text: text.into(), retry_after: None }
}

/// What cannot be done now is told so.
const UNAVAILABLE: &str = "The service is not available";
/// Who is told to come back and not when, comes back after so many seconds.
pub(crate) const COME_BACK_AFTER_S: u64 = 1;

/// 503: nothing was done, and it may be later.
pub(crate) fn unavailable(retry_after: Option<u64>) -> FacadeError {
    FacadeError { retry_after, ..refused(503, UNAVAILABLE) }
}

/// 503: no answer has come in time, and what was asked for may be done all the same.
pub(crate) fn in_doubt() -> FacadeError {
    refused(503, "The service did not answer in time. The request may have been carried out")
}

impl fmt::Display for FacadeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

/// What no façade has a word of its own for.
impl<X: ApiError> From<CallError<X>> for FacadeError {
    fn from(error: CallError<X>) -> Self {
        let problem = match &error {
            CallError::Problem(problem) => problem,
            CallError::Refused(refusal) => {
                let row = refusal.row();
                let retry_after = Problem::of(refusal).retry_after();
                return FacadeError { retry_after, ..refused(row.status, row.title().trim_end_matches('.')) };
            }
            CallError::Broken(broken) => {
                tracing::warn!(%error, "service did not respond");
                return if broken.arrived { in_doubt() } else { unavailable(None) };
            }
        };
        let refused = |status, text: String| FacadeError {
            retry_after: problem.retry_after(),
            ..refused(status, text)
        };
        match problem.status {
            // what is wrong in itself and what cannot be taken in were one to the originals
            status @ (400 | 422) => refused(if status == 422 { 400 } else { status }, detail(problem)),
            status @ (401 | 403 | 404 | 409 | 413 | 429) => refused(status, detail(problem)),
            // it broke there, which is no matter of load
            500 => {
                tracing::warn!(%error, "service request failed");
                refused(500, UNAVAILABLE.to_owned())
            }
            507 => refused(507, UNAVAILABLE.to_owned()),
            _ => {
                tracing::warn!(%error, "service request failed");
                if error.outcome_unknown() { in_doubt() } else { unavailable(problem.retry_after()) }
            }
        }
    }
}

/// What is wrong, with the names of the members that it is about.
fn detail(problem: &Problem) -> String {
    let faults = problem.data.get("errors").and_then(|errors| Vec::<FieldError>::deserialize(errors).ok());
    let faults = faults.unwrap_or_default();
    let each: Vec<String> = faults
        .iter()
        .map(|fault| format!("{}: {}", fault.pointer.trim_start_matches('/'), fault.detail))
        .collect();
    if each.is_empty() { problem.title.trim_end_matches('.').to_owned() } else { each.join("; ") }
}

impl From<db::Error> for FacadeError {
    fn from(error: db::Error) -> Self {
        let trouble = error.failure_kind();
        match trouble {
            FailureKind::Internal => tracing::error!(%error, "façade database error"),
            _ => tracing::warn!(%error, "façade database error"),
        }
        match trouble {
            FailureKind::Unavailable { retry_after_s } | FailureKind::Isolated { retry_after_s } => {
                unavailable(Some(retry_after_s.into()))
            }
            FailureKind::Conflict => unavailable(None),
            FailureKind::OutcomeUnknown => in_doubt(),
            FailureKind::StorageFull => refused(507, UNAVAILABLE),
            FailureKind::Internal => refused(500, UNAVAILABLE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::RawValue};

    #[test]
    fn what_is_indented_has_its_members_each_in_a_line() {
        let shown = |text: &str| {
            let raw: Box<RawValue> = serde_json::from_str(text).unwrap();
            FacadeResponse::ok(&raw).indented().json
        };
        assert_eq!(
            shown(r#"{"user_id": 3,"user":{"name":"a\\\" {[,:","of":[1.50,true, null]}}"#),
            "{\n  \"user_id\": 3,\n  \"user\": {\n    \"name\": \"a\\\\\\\" {[,:\",\n    \"of\": [\n      1.50,\n      \
             true,\n      null\n    ]\n  }\n}\n"
        );
        for value in [json!({}), json!([]), json!({"a": {}, "b": [{"c": []}]}), json!("{"), json!(1)] {
            assert_eq!(shown(&value.to_string()), format!("{value:#}\n"));
        }
    }
}
