//! The signed-in account.

use super::User;
use crate::{LINE, checked, given, given_line, not_blank};
use endpoint::*;
use garde::Validate;
use kernel::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns the signed-in account.
///
/// The account is the owner of the access token or API key. For an API key, `scopes` contains the key's current
/// permissions. If `If-None-Match` contains the current ETag, the response is 304 without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me", scope = User, reply = Conditional<User>)]
pub struct GetMe {
    /// The ETag that the client already has.
    pub known: IfNoneMatch,
}

/// Updates the name or the language of the signed-in account.
///
/// Username, email address and role cannot be changed here. Absent members, and members that already have the given value,
/// stay unchanged.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/me", scope = Session, reply = WithEtag<User>)]
pub struct UpdateMe {
    /// The ETag of the version on which the change is based.
    pub based_on: IfMatch,
    /// The members to change.
    pub change: Body<MeChange>,
}
/// The members that the owner of an account can change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct MeChange {
    /// The full name of the person.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_line::<200, _>")]
    #[schemars(with = "String")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// The language of emails to this person. Existing orders keep the language in which they were placed.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Language")]
    #[garde(skip)]
    pub language: Option<Language>,
}

checked!(MeChange);
