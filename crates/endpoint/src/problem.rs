//! Refusals: typed enums in Rust, problem details (RFC 9457) on the wire, and back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// What is fixed about one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorSpec {
    /// The status of HTTP.
    pub status: u16,
    /// The stable code, for programs.
    pub code: &'static str,
    /// The first line is the title; the rest says what to do.
    pub doc: &'static str,
}

impl ErrorSpec {
    /// What happened.
    pub fn title(&self) -> &'static str {
        self.doc.split_once('\n').map_or(self.doc, |(title, _)| title)
    }
    /// What to do, in one paragraph; what happened where there is nothing to do.
    pub fn detail(&self) -> String {
        let more = self.doc.split_once('\n').map_or("", |(_, more)| more.trim());
        if more.is_empty() { self.title().to_owned() } else { more.replace('\n', " ") }
    }
}

/// An enum whose variants are refusals: `#[serde(tag = "code")]` carries the data, the derive status and words.
pub trait ProblemSet:
    Serialize + DeserializeOwned + JsonSchema + Send + Sync + std::fmt::Debug + 'static
{
    /// One for each variant.
    const ROWS: &'static [ErrorSpec];
    /// This variant's.
    fn row(&self) -> &'static ErrorSpec;
    /// What to do in this very case, where it is not the same for all of the code.
    fn said(&self) -> Option<String> {
        None
    }
}

/// An endpoint's own refusals; made by `#[derive(ApiError)]`.
pub trait ApiError: ProblemSet {}

/// For endpoints without refusals of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum NoErrors {}
impl ApiError for NoErrors {}
impl ProblemSet for NoErrors {
    const ROWS: &'static [ErrorSpec] = &[];
    fn row(&self) -> &'static ErrorSpec {
        match *self {}
    }
}

/// Problem details: the members that every problem has, and the code's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// Where the code is explained: a reference, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened.
    pub title: String,
    /// The status of HTTP.
    pub status: u16,
    /// The stable code, for programs.
    pub code: String,
    /// What to do.
    pub detail: String,
    /// What was asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instance: String,
    /// The request, as the logs name it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// The code's own members, such as `errors`.
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

/// What a problem says itself; a refusal's member of such a name could not be told from it.
const OWN: [&str; 6] = ["type", "title", "status", "detail", "instance", "request_id"];

impl Problem {
    /// A refusal for the wire.
    pub fn of<X: ProblemSet>(refusal: &X) -> Problem {
        let row = refusal.row();
        // a variant is written as an object; were it not, the code and its words would remain
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

    /// Back to the enum, if this version of us knows the code and its data.
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
