//! Errors that any endpoint can return instead of its reply: one closed table.

use crate::{FieldError, ForbiddenReason, Permission, UnauthenticatedReason};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The errors that are not specific to an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, endpoint_macros::ProblemSet)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CommonError {
    /// The request is invalid.
    /// Fix the fields listed in `errors` and retry.
    #[status(400)]
    InvalidRequest {
        /// All invalid members.
        errors: Vec<FieldError>,
    },
    /// Authentication required.
    /// Sign in and send the access token as `Authorization: Bearer …`. `detail` and `reason` say whether the credential is missing,
    /// expired, revoked or unknown, or whether more than one was sent.
    #[status(401)]
    #[says(why_unauthenticated)]
    Unauthenticated {
        /// The reason why the request is not authenticated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "UnauthenticatedReason")]
        reason: Option<UnauthenticatedReason>,
    },
    /// Permission denied.
    /// `detail` and `reason` say why, and `permissions` what is missing.
    #[status(403)]
    #[says(why_forbidden)]
    Forbidden {
        /// The members that require a permission, if the request would succeed without them. Absent if the whole request is
        /// forbidden.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<FieldError>,
        /// The reason why the request is forbidden.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "ForbiddenReason")]
        reason: Option<ForbiddenReason>,
        /// The permissions of which any one is sufficient. Absent if no permission is sufficient.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        permissions: Vec<Permission>,
    },
    /// Resource not found.
    /// Check the ID and the path; the resource does not exist or is not visible to this account.
    #[status(404)]
    NotFound,
    /// Method not allowed.
    /// Use one of the methods in the `Allow` header.
    #[status(405)]
    MethodNotAllowed,
    /// The resource has changed since it was read.
    /// Fetch the resource again and retry with its current ETag. Weak ETags (`W/…`) are not accepted here.
    #[status(412)]
    PreconditionFailed {
        /// The current ETag of the resource.
        current_etag: String,
    },
    /// The request body is too large.
    /// Split the request. `limit` is in bytes.
    #[status(413)]
    BodyTooLarge {
        /// The maximum size of the body, in bytes.
        limit: u64,
    },
    /// Unsupported media type.
    /// Send `application/json` without compression.
    #[status(415)]
    UnsupportedMediaType,
    /// The request cannot be processed.
    /// Fix the fields listed in `errors` and retry.
    #[status(422)]
    Unprocessable {
        /// All members that cannot be processed.
        errors: Vec<FieldError>,
    },
    /// The idempotency key was used for a different request.
    /// Use a new key for each new request, and the same key for its retries.
    #[status(422)]
    KeyReused,
    /// A precondition is required.
    /// Fetch the resource and send its ETag as `If-Match`. For a product, `stock_version` in the body is enough.
    #[status(428)]
    PreconditionRequired,
    /// Rate limit exceeded.
    /// Retry after `Retry-After` seconds.
    #[status(429)]
    RateLimited {
        /// The number of seconds to wait.
        retry_after: u32,
    },
    /// Internal server error.
    /// Retry later. If it persists, report the `request_id`.
    #[status(500)]
    Internal,
    /// Service temporarily unavailable.
    /// Nothing was changed. Retry after `Retry-After` seconds.
    #[status(503)]
    Unavailable {
        /// The number of seconds to wait.
        retry_after: u32,
    },
    /// The outcome of the request is unknown.
    /// If it had an idempotency key, retry the same request with the same key: it takes effect at most once.
    /// For a request without a key, `detail` says what to do.
    #[status(503)]
    OutcomeUnknown {
        /// The number of seconds to wait.
        retry_after: u32,
    },
    /// The request timed out.
    /// It may still have taken effect. If it had an idempotency key, retry the same request with the same key.
    /// For a request without a key, `detail` says what to do.
    #[status(504)]
    DeadlineExceeded,
    /// Insufficient storage.
    /// Reads still work. An operator has to make room on the disk.
    #[status(507)]
    InsufficientStorage,
}
