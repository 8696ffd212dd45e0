//! One file for each original: what it promised, over the real services.

pub(crate) mod auth_service;
pub(crate) mod ecommerce;
pub(crate) mod express_pair;
pub(crate) mod flask_pair;
pub(crate) mod two_vm;

use crate::{operation::Shape, response::FacadeError};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// `{"error": …}`.
const ERROR: Shape = Shape { body: |refused: &FacadeError| -> Value { json!({"error": refused.text}) } };
/// `{"message": …}`.
const MESSAGE: Shape = Shape { body: |refused: &FacadeError| -> Value { json!({"message": refused.text}) } };

/// A sentence.
#[derive(Debug, Serialize, JsonSchema)]
struct Message {
    message: String,
}

fn message(text: impl Into<String>) -> Message {
    Message { message: text.into() }
}

/// An error of one's own, where the table says it word for word.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Mistake")]
struct ErrorBody {
    error: &'static str,
}
