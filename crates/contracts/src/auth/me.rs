//! The account that is signed in.

use super::User;
use crate::{LINE, checked, given, given_line, not_blank};
use endpoint::*;
use garde::Validate;
use kernel::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads the account that is signed in.
///
/// Tells who the access token belongs to, and what that account may do; to a program with an API key also what the key may
/// do now (`scopes`). With `If-None-Match` an account that has not
/// changed is answered 304, without a body.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/me", scope = User, reply = Conditional<User>)]
pub struct GetMe {
    /// An ETag that you have.
    pub known: IfNoneMatch,
}

/// Changes the name of the account that is signed in, or its language.
///
/// Username, e-mail address and role stay as they are. What is the same already changes nothing, nor does what is absent.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/me", scope = Session, reply = WithEtag<User>)]
pub struct UpdateMe {
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<MeChange>,
}
/// What of an account its owner can change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct MeChange {
    /// What the person is called.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_line::<200, _>")]
    #[schemars(with = "String")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// In which language mails to this person are written. Orders keep the one that they were placed in.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schemars(with = "Language")]
    #[garde(skip)]
    pub language: Option<Language>,
}

checked!(MeChange);
