//! What any endpoint can answer instead of its reply. One closed table.

use crate::{Barred, Fault, Permission, Unproved};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The refusals that belong to no endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, endpoint_macros::Rows)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Common {
    /// The request is wrong in form.
    /// Mend what `errors` lists and send it again.
    #[status(400)]
    InvalidRequest {
        /// Every bad member.
        errors: Vec<Fault>,
    },
    /// Nobody is signed in.
    /// Sign in, and send the access token as `Authorization: Bearer …`. If one was sent, it has ended or is not good; an API
    /// key is not known or was revoked; or both were sent, of which one is enough. `detail` and `reason` say which.
    #[status(401)]
    #[says(why_unauthenticated)]
    Unauthenticated {
        /// Why nobody is signed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Unproved")]
        reason: Option<Unproved>,
    },
    /// This account may not do that.
    /// `detail` and `reason` say why, and `permissions` what is missing.
    #[status(403)]
    #[says(why_forbidden)]
    Forbidden {
        /// The members that only others may set, where the rest would be done; absent where nothing of it would.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<Fault>,
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Barred")]
        reason: Option<Barred>,
        /// The permissions of which one would be enough; absent where none would be.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        permissions: Vec<Permission>,
    },
    /// There is nothing here.
    /// Look at the address: it names nothing, or nothing that this account may see.
    #[status(404)]
    NotFound,
    /// This address does not know that method.
    /// The header `Allow` lists those that it knows.
    #[status(405)]
    MethodNotAllowed,
    /// The resource has changed since it was read.
    /// Read it again, and repeat the change on what it is now; a weak ETag (`W/…`) is good for reading only, and never right here.
    #[status(412)]
    PreconditionFailed {
        /// The ETag that it has now.
        current_etag: String,
    },
    /// The body is larger than allowed.
    /// Send less at once.
    #[status(413)]
    BodyTooLarge {
        /// The most bytes that are taken.
        limit: u64,
    },
    /// This form of body is not understood.
    /// Send `application/json`, uncompressed.
    #[status(415)]
    UnsupportedMediaType,
    /// The request is right in form, and cannot be done as it is.
    /// Mend what `errors` lists and send it again.
    #[status(422)]
    Unprocessable {
        /// Every member that does not fit.
        errors: Vec<Fault>,
    },
    /// This idempotency key was used for something else, or what it made is gone.
    /// Make a new key for a new request, and keep it for its repeats.
    #[status(422)]
    KeyReused,
    /// This change needs to know what it changes.
    /// Read the resource, and send its ETag as `If-Match`; of a product, its `stock_version` in the body will do.
    #[status(428)]
    PreconditionRequired,
    /// Too many requests.
    /// Wait as long as `Retry-After` says.
    #[status(429)]
    RateLimited {
        /// In seconds.
        retry_after: u32,
    },
    /// Something broke on our side.
    /// It has been noted under the request id.
    #[status(500)]
    Internal,
    /// This cannot be done at the moment.
    /// Nothing has happened; try again as `Retry-After` says.
    #[status(503)]
    Unavailable {
        /// In seconds.
        retry_after: u32,
    },
    /// It is not known whether this was done.
    /// Where it came with an idempotency key, send the same request again, with the same key: it has at most one effect.
    /// What to do about one without, `detail` says.
    #[status(503)]
    OutcomeUnknown {
        /// In seconds.
        retry_after: u32,
    },
    /// There was no time left to answer.
    /// It may still have been done: where it came with an idempotency key, send the same request again, with the same key.
    /// What to do about one without, `detail` says.
    #[status(504)]
    DeadlineExceeded,
    /// There is no room left to write.
    /// Reading still works; an operator has to make room.
    #[status(507)]
    InsufficientStorage,
}
