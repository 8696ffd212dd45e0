//! Declarations that the compiler rejects. Each example differs in one detail from the first, which compiles.
//!
//! ```
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{id}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! A name in the path without a field, and a field without a name in the path:
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{pot}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub key: IdempotencyKey }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! A GET with a key, and one with a body:
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(get = "/v1/pots/{id}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! # #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)] pub struct Tea {}
//! # impl ValidateRequest for Tea {}
//! #[derive(Endpoint)]
//! #[endpoint(get = "/v1/pots/{id}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub tea: Body<Tea> }
//! ```
//! Two bodies:
//! ```compile_fail
//! # use endpoint::*;
//! # #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)] pub struct Tea {}
//! # impl ValidateRequest for Tea {}
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{id}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub tea: Body<Tea>, pub more: Body<Tea> }
//! ```
//! An internal scope on a public path, and a public scope on an internal path:
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{id}", scope = Service(&["kiln"]), within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/internal/pots/{id}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! A field that is not a request part, a missing scope, and an unknown argument:
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{id}", scope = User, within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: String }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{id}", within = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Endpoint)]
//! #[endpoint(post = "/v1/pots/{id}", scope = User, inside = 5_000, reply = NoContent)]
//! pub struct Fill { pub id: Path<u32>, pub key: IdempotencyKey }
//! ```
//! Errors, of which this one compiles:
//! ```
//! # use endpoint::*;
//! #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema, ApiError)]
//! #[serde(tag = "code", rename_all = "snake_case")]
//! pub enum FillError {
//!     /// It is full.
//!     #[status(409)]
//!     Full,
//! }
//! ```
//! A missing status, a status that is not an error, a missing text, and another serialization:
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema, ApiError)]
//! #[serde(tag = "code", rename_all = "snake_case")]
//! pub enum FillError {
//!     /// It is full.
//!     Full,
//! }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema, ApiError)]
//! #[serde(tag = "code", rename_all = "snake_case")]
//! pub enum FillError {
//!     /// It is full.
//!     #[status(200)]
//!     Full,
//! }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema, ApiError)]
//! #[serde(tag = "code", rename_all = "snake_case")]
//! pub enum FillError {
//!     #[status(409)]
//!     Full,
//! }
//! ```
//! ```compile_fail
//! # use endpoint::*;
//! #[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema, ApiError)]
//! #[serde(tag = "code")]
//! pub enum FillError {
//!     /// It is full.
//!     #[status(409)]
//!     Full,
//! }
//! ```
