//! A toy API for the tests: every kind of part, reply and refusal.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test uses its own part of it")]

use endpoint::*;
use garde::Validate;
use kernel::id::ProductId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Makes a teapot.
///
/// The same key never makes a second one.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(post = "/v1/teapots", scope = Staff(Products), within = 5_000, reply = Created<Teapot>, error = MakeTeapotError)]
pub struct MakeTeapot {
    pub key: IdempotencyKey,
    /// What it shall be.
    pub teapot: Body<NewTeapot>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum MakeTeapotError {
    /// There is not enough clay.
    /// Make a smaller one.
    #[status(409)]
    NotEnoughClay { errors: Vec<Lack>, left: u32 },
    /// It is cracked.
    #[status(422)]
    Cracked,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lack {
    pub pointer: String,
    pub available: i64,
}

/// What a teapot shall be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewTeapot {
    #[garde(length(chars, min = 1, max = 20))]
    pub name: String,
    #[garde(length(max = 3), dive)]
    #[serde(default)]
    pub cups: Vec<Cup>,
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
impl ValidateRequest for NewTeapot {
    fn check(&self, faults: &mut Vec<FieldError>) {
        garde(self, faults);
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct Cup {
    #[garde(range(min = 1, max = 1000))]
    pub millilitres: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Teapot {
    pub id: ProductId,
    pub name: String,
    pub cups: Vec<Cup>,
    pub note: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

/// Reads a teapot.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(get = "/v1/teapots/{id}", scope = Public, reply = Conditional<Teapot>)]
pub struct GetTeapot {
    /// The teapot's id.
    pub id: Path<ProductId>,
    pub known: IfNoneMatch,
}

/// Lists teapots.
#[derive(Debug, Clone, PartialEq, Default, Endpoint)]
#[endpoint(get = "/v1/teapots", scope = Public, reply = Json<Page<Teapot>>)]
pub struct ListTeapots {
    pub filter: Query<Filter>,
    pub slice: PageParams,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct Filter {
    /// Words to look for.
    #[garde(length(chars, max = 10))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[garde(skip)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub glaze: Vec<Glaze>,
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<bool>,
}
impl ValidateRequest for Filter {
    fn check(&self, faults: &mut Vec<FieldError>) {
        garde(self, faults);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Glaze {
    Green,
    Blue,
}

/// Changes a teapot.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(patch = "/v1/teapots/{id}", scope = Staff(Permission::Products), guarded, reply = WithEtag<Teapot>)]
pub struct ChangeTeapot {
    pub id: Path<ProductId>,
    pub key: OptionalIdempotencyKey,
    pub known: IfMatch,
    pub change: Body<Change>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
impl ValidateRequest for Change {}

/// Breaks a teapot.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(delete = "/v1/teapots/{id}", scope = Admin, reply = NoContent)]
pub struct BreakTeapot {
    pub id: Path<ProductId>,
    pub known: IfMatch,
}

/// Glazes a teapot, some day.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(post = "/v1/teapots/{id}/glaze", scope = User, reply = Accepted<Teapot>)]
pub struct GlazeTeapot {
    pub id: Path<ProductId>,
}

/// Counts teapots, for another service.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(post = "/internal/teapots/count", scope = Service(&["orders"]), repeatable, reply = Json<u32>)]
pub struct CountTeapots {
    pub question: Body<Change>,
}

/// Tells the way to the pottery, whatever the caller shows.
#[derive(Debug, Clone, PartialEq, Endpoint)]
#[endpoint(get = "/v1/way", scope = NoCredential, reply = Json<String>)]
pub struct AskTheWay;

pub static PUBLIC: &[EndpointInfo] = &[
    EndpointInfo::of::<MakeTeapot>(),
    EndpointInfo::of::<GetTeapot>(),
    EndpointInfo::of::<ListTeapots>(),
    EndpointInfo::of::<ChangeTeapot>(),
    EndpointInfo::of::<BreakTeapot>(),
    EndpointInfo::of::<GlazeTeapot>(),
];

pub fn id() -> ProductId {
    "prd_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

pub fn teapot() -> Teapot {
    Teapot { id: id(), name: "Brown Betty".into(), cups: vec![], note: None, metadata: BTreeMap::new() }
}
