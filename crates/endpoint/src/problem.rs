//! Errors: typed enums in Rust, problem details (RFC 9457) on the wire, and the conversion between both.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The fixed properties of an error code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorSpec {
    /// The HTTP status code.
    pub status: u16,
    /// The stable error code, for programs.
    pub code: &'static str,
    /// The title in the first line, then what to do.
    pub doc: &'static str,
}

impl ErrorSpec {
    /// The title: what went wrong.
    pub fn title(&self) -> &'static str {
        self.doc.split_once('\n').map_or(self.doc, |(title, _)| title)
    }
    /// The detail: what to do, in one paragraph. The title if there is nothing to do.
    pub fn detail(&self) -> String {
        let more = self.doc.split_once('\n').map_or("", |(_, more)| more.trim());
        if more.is_empty() { self.title().to_owned() } else { more.replace('\n', " ") }
    }
}

/// An enum whose variants are errors: `#[serde(tag = "code")]` serializes the data, the derive adds status and texts.
pub trait ProblemSet:
    Serialize + DeserializeOwned + JsonSchema + Send + Sync + std::fmt::Debug + 'static
{
    /// The specification of each variant.
    const ROWS: &'static [ErrorSpec];
    /// The specification of this variant.
    fn row(&self) -> &'static ErrorSpec;
    /// The detail in this particular case, if it differs from that of the code.
    fn said(&self) -> Option<String> {
        None
    }
}

/// The errors of one endpoint. Implemented by `#[derive(ApiError)]`.
pub trait ApiError: ProblemSet {}

/// The error type of endpoints without errors of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum NoErrors {}
impl ApiError for NoErrors {}
impl ProblemSet for NoErrors {
    const ROWS: &'static [ErrorSpec] = &[];
    fn row(&self) -> &'static ErrorSpec {
        match *self {}
    }
}

/// Problem details: the members that every problem has, and those of its code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The URL of the documentation of the code, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short summary of the problem.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// The stable error code, for programs.
    pub code: String,
    /// How to resolve the problem.
    pub detail: String,
    /// The path of the request.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instance: String,
    /// The ID of the request, as in the logs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// The code's own members, such as `errors`.
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

/// The members that every problem has. An error's own member must not have one of these names.
const OWN: [&str; 6] = ["type", "title", "status", "detail", "instance", "request_id"];

impl Problem {
    /// Converts an error for the wire.
    pub fn of<X: ProblemSet>(refusal: &X) -> Problem {
        let row = refusal.row();
        // a variant is serialized as an object; otherwise the code and its texts would still be sent
        let mut data = match serde_json::to_value(refusal) {
            Ok(Value::Object(data)) => data,
            _ => Map::new(),
        };
        data.remove("code");
        debug_assert!(
            OWN.iter().all(|name| !data.contains_key(*name)),
            "{} hides a problem's own member",
            row.code
        );
        Problem {
            kind: format!("/docs/problems#{}", row.code),
            title: row.title().to_owned(),
            status: row.status,
            code: row.code.to_owned(),
            detail: refusal.said().unwrap_or_else(|| row.detail()),
            data,
            ..Problem::default()
        }
    }

    /// Converts the problem back to the enum, if this version knows the code and its data.
    pub fn read<X: ProblemSet>(&self) -> Option<X> {
        X::ROWS.iter().find(|row| row.code == self.code)?;
        let mut object = self.data.clone();
        object.insert("code".into(), self.code.clone().into());
        serde_json::from_value(Value::Object(object)).ok()
    }

    /// The member `retry_after`, in seconds.
    pub fn retry_after(&self) -> Option<u64> {
        self.data.get("retry_after")?.as_u64()
    }
}
