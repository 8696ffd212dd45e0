//! Reads the parts of a request that precede its endpoint.

use crate::{
    Principal, RequestLimits, Verify, VerifyError, client_address, step_aside, token::API_KEY_PREFIX,
    why_broken,
};
use axum::{
    body::{Body, HttpBody},
    extract::{FromRequestParts, RawPathParams},
};
use bytes::Bytes;
use endpoint::{
    CommonError, FAULTS_COLLECTED_MAX, FieldError, Pointers, UnauthenticatedReason,
    client::{DEADLINE, TRACE},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    new_traceparent,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kernel::{Env, retry_scope};
use percent_encoding::percent_decode_str;
use std::time::Duration;
use tokio::time::timeout;

const API_KEY: &str = "x-api-key";
/// Number of seconds after which to retry if the caller cannot be authenticated at present.
const VERIFY_AGAIN_AFTER_S: u32 = 1;

/// Number of bytes to read to check that a body is empty.
const EMPTY_BODY_MAX: usize = 1024;

/// Authenticates the caller by `Authorization: Bearer …` or `X-Api-Key: …`, of which only one may be present, once.
///
/// # Errors
/// [`CommonError::Unauthenticated`] for an invalid credential, [`CommonError::Unavailable`] if it cannot be verified.
pub async fn authenticate(headers: &HeaderMap, verify: &dyn Verify) -> Result<Principal, CommonError> {
    identify_or(headers, verify, |is_api_key, reason| {
        // expired access tokens are normal: clients exchange them then
        if (is_api_key || reason == UnauthenticatedReason::NotAccepted)
            && let Some(client) = client_address::client(headers)
        {
            let kind = if is_api_key { "api_key" } else { "token" };
            tracing::info!(kind, %client, ?reason, "credential rejected");
        }
    })
    .await
}

/// Authenticates the caller for rate limits; the rejection is logged when the request is handled.
///
/// # Errors
/// Those of [`authenticate`].
pub async fn identify(headers: &HeaderMap, verify: &dyn Verify) -> Result<Principal, CommonError> {
    identify_or(headers, verify, |_, _| {}).await
}

async fn identify_or(
    headers: &HeaderMap,
    verify: &dyn Verify,
    log: impl Fn(bool, UnauthenticatedReason),
) -> Result<Principal, CommonError> {
    let Some(credential) = credential(headers)? else { return Ok(Principal::Anonymous) };
    let is_api_key = credential.starts_with(API_KEY_PREFIX);
    let rejected = |reason: UnauthenticatedReason| {
        log(is_api_key, reason);
        CommonError::unproved(reason)
    };
    verify.verify(credential).await.map_err(|unverified| match unverified {
        VerifyError::Invalid => rejected(UnauthenticatedReason::NotAccepted),
        VerifyError::Expired => rejected(UnauthenticatedReason::Expired),
        VerifyError::Revoked => rejected(UnauthenticatedReason::Ended),
        VerifyError::Unavailable => {
            retry_scope::mark_isolated();
            CommonError::Unavailable { retry_after: VERIFY_AGAIN_AFTER_S }
        }
    })
}

/// Returns the credential, if there is exactly one.
pub(crate) fn credential(headers: &HeaderMap) -> Result<Option<&str>, CommonError> {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter().map(bearer);
    // an access token is not an API key, whatever its header
    let mut keys = headers
        .get_all(API_KEY)
        .iter()
        .map(|v| v.to_str().ok().filter(|key| key.starts_with(API_KEY_PREFIX)));
    let malformed = || CommonError::unproved(UnauthenticatedReason::Malformed);
    let credential = match (shown.next(), keys.next()) {
        (None, None) => return Ok(None),
        (Some(one), None) | (None, Some(one)) => one.ok_or_else(malformed)?,
        (Some(_), Some(_)) => return Err(malformed()),
    };
    match shown.next().is_some() || keys.next().is_some() {
        true => Err(malformed()),
        false => Ok(Some(credential)),
    }
}

/// Returns whether the request has a credential, valid or not.
pub(crate) fn shows_something(headers: &HeaderMap) -> bool {
    headers.contains_key(API_KEY)
        || headers.get_all(header::AUTHORIZATION).iter().any(|v| bearer(v).is_some())
}

/// The scheme is case-insensitive (RFC 9110, 11.1).
fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, credential) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(credential)
}

/// Reads the body: JSON, or with `is_raw` any uncompressed body.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limits: &RequestLimits,
    is_raw: bool,
) -> Result<Bytes, CommonError> {
    let too_large = || CommonError::BodyTooLarge { limit: limits.body_bytes_max as u64 };
    if body.size_hint().lower() > limits.body_bytes_max as u64 {
        // the size is declared, so that the body need not be read
        return Err(too_large());
    }
    let collected = Limited::new(body, limits.body_bytes_max).collect();
    let body = match step_aside(timeout(limits.body_within, collected)).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(e)) if e.is::<LengthLimitError>() => return Err(too_large()),
        Ok(Err(e)) => return Err(incomplete(&why_broken(&*e))),
        Err(_) => return Err(incomplete("the body was not received in time")),
    };
    if !body.is_empty() && !(is_plain(headers) && (is_raw || is_json(headers))) {
        return Err(CommonError::UnsupportedMediaType);
    }
    Ok(body)
}

/// Checks that an operation without a body gets none or an empty one, because the content of a body would be ignored.
pub(crate) async fn refuse_body(body: Body, limits: &RequestLimits) -> Result<(), CommonError> {
    if body.is_end_stream() {
        return Ok(());
    }
    let unexpected = || {
        let detail = "this operation accepts no body, and would ignore its content";
        CommonError::InvalidRequest { errors: vec![FieldError::unexpected_body("", detail)] }
    };
    let read = step_aside(timeout(limits.body_within, Limited::new(body, EMPTY_BODY_MAX).collect())).await;
    match read {
        Ok(Ok(body)) => match body.to_bytes().trim_ascii() {
            b"" | b"{}" | b"null" => Ok(()),
            _ => Err(unexpected()),
        },
        Ok(Err(e)) if e.is::<LengthLimitError>() => Err(unexpected()),
        Ok(Err(e)) => Err(incomplete(&why_broken(&*e))),
        Err(_) => Err(incomplete("the body was not received in time")),
    }
}

/// Nothing was changed, because the request was incomplete.
fn incomplete(why: &str) -> CommonError {
    CommonError::InvalidRequest { errors: vec![FieldError::body("", why)] }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = text(headers, &header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Returns whether the body is uncompressed.
fn is_plain(headers: &HeaderMap) -> bool {
    let coding = text(headers, &header::CONTENT_ENCODING).trim();
    coding.is_empty() || coding.eq_ignore_ascii_case("identity")
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Returns the decoded values of the path. `None` for a path that is not UTF-8, which matches no resource.
pub(crate) async fn path_values(parts: &mut Parts) -> Option<Vec<(String, String)>> {
    let values = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    Some(values.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Rejects unknown parameters, and values that are not UTF-8. The first error lists the known parameters.
pub(crate) fn check_query(names: &[String], query: &str) -> Result<(), Vec<FieldError>> {
    let (mut errors, mut pointers, mut is_told) = (Vec::new(), Pointers::default(), false);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().map(String::from);
        let fault = match (decoded(name), decoded(value)) {
            (Ok(name), Ok(_)) if names.contains(&name) => continue,
            (Ok(name), Err(_)) => FieldError::invalid(format!("?{name}"), "UTF-8 is expected"),
            (Err(_), _) => FieldError::invalid("?", "UTF-8 is expected"),
            (Ok(name), Ok(_)) => {
                let detail = match names {
                    _ if is_told => "this parameter is unknown".to_owned(),
                    [] => "this endpoint has no query parameters".to_owned(),
                    names => format!("supported parameters: {}", names.join(", ")),
                };
                is_told = true;
                FieldError::unknown_parameter(format!("?{name}"), detail)
            }
        };
        pointers.add(fault, &mut errors);
        if errors.len() >= FAULTS_COLLECTED_MAX {
            break;
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Returns the time for which the caller waits, if it is given.
pub(crate) fn asked_deadline(headers: &HeaderMap) -> Option<Duration> {
    headers.get(DEADLINE)?.to_str().ok()?.parse().ok().map(Duration::from_millis)
}

/// Returns the caller's trace context if it is valid (W3C Trace Context), or a new one.
pub fn traceparent(headers: &HeaderMap, env: &Env) -> String {
    given_trace(headers).unwrap_or_else(|| new_traceparent(env))
}

fn given_trace(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACE)?.to_str().ok()?;
    let fields: Vec<&str> = text.split('-').collect();
    let hex = |s: &str| s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let form = matches!(&fields[..], ["00", trace, parent, flags]
        if trace.len() == 32 && parent.len() == 16 && flags.len() == 2
            && hex(trace) && hex(parent) && hex(flags)
            && trace.bytes().any(|b| b != b'0') && parent.bytes().any(|b| b != b'0'));
    form.then(|| text.to_owned())
}
