//! An event as it is stored, sent and shown, whatever it tells of.

use super::EventType;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An event, as it is stored, sent and shown (CloudEvents 1.0, with extension attributes).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct Event<Kind = EventType> {
    /// Always `1.0`.
    pub specversion: String,
    /// The event's id.
    pub id: EventId,
    /// What happened: `order.placed`. The table of events has them all; newer versions may know more.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The service that it comes from: `/orders`.
    pub source: String,
    /// The aggregate's id: `ord_…`.
    pub subject: String,
    /// When it happened.
    pub time: Timestamp,
    /// The aggregate's version after it, a decimal string; without gaps for orders, payments and refunds.
    pub sequence: String,
    /// The request id that all this began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlationid: Option<String>,
    /// The id of the event that led to this one, whether it was heard or its news came with an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<String>,
    /// The trace that it belongs to (W3C Trace Context).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Who did it: a user's id, `system`, or the name of a service.
    pub actor: String,
    /// What the schema of the data is called: `urn:ordo:schema:OrderEvent` is the one whose `x-dataschema` says so, in
    /// the components of `/openapi.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = data_schemas)]
    pub dataschema: Option<String>,
    /// The figures: an object of the schema that `dataschema` names, and `x-events` for each type. An event of a newer version
    /// may have data of its own.
    #[schemars(with = "Map<String, Value>")]
    pub data: Value,
}

/// Names the schemas of data that this version knows. A choice among them would be read wrong by clients: nothing in the data
/// says which of them it is.
fn data_schemas(schema: &mut schemars::Schema) {
    let known: BTreeSet<&str> = EventType::ALL.iter().map(|kind| kind.row().data).collect();
    let known = known.into_iter().map(|name| (name, json!({"$ref": format!("#/components/schemas/{name}")})));
    schema.insert("$defs".to_owned(), known.collect());
}

/// An event of any name. Others may run a newer version than we do, and tell what this one cannot name.
pub type AnyEvent = Event<String>;

impl<Kind> Event<Kind> {
    /// The aggregate's version after this event.
    pub fn version(&self) -> i64 {
        self.sequence.parse().unwrap_or(0)
    }
    /// The data, as the type that the table names for this event.
    ///
    /// # Errors
    /// When the data is not of that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.data)
    }
    fn renamed<Other>(self, kind: Other) -> Event<Other> {
        let Event { specversion, id, source, subject, time, sequence, .. } = self;
        let Event { correlationid, causationid, traceparent, actor, dataschema, data, .. } = self;
        Event {
            specversion,
            id,
            kind,
            source,
            subject,
            time,
            sequence,
            correlationid,
            causationid,
            traceparent,
            actor,
            dataschema,
            data,
        }
    }
}
impl AnyEvent {
    /// The event, if it is one of the table.
    ///
    /// # Errors
    /// The event as it is, when this version has no such event.
    pub fn known(self) -> Result<Event, Box<AnyEvent>> {
        match self.kind.parse() {
            Ok(kind) => Ok(self.renamed(kind)),
            Err(_) => Err(Box::new(self)),
        }
    }
}
impl From<Event> for AnyEvent {
    fn from(event: Event) -> Self {
        let name = event.kind.to_string();
        event.renamed(name)
    }
}
