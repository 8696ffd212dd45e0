//! The event envelope, which is the same for all event types.

use super::EventType;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An event as it is stored, published and returned (CloudEvents 1.0 with extension attributes).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct Event<Kind = EventType> {
    /// The version of the CloudEvents specification, always `1.0`.
    pub specversion: String,
    /// The ID of the event.
    pub id: EventId,
    /// The event type, such as `order.placed`. See the table of events; newer versions can publish further types.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The service that published the event, such as `/orders`.
    pub source: String,
    /// The ID of the resource that the event is about, such as `ord_…`.
    pub subject: String,
    /// The time at which the event occurred, in UTC.
    pub time: Timestamp,
    /// The version of the resource after the event, as a decimal string. For orders, payments and refunds it has no gaps.
    pub sequence: String,
    /// The ID of the request that started the chain of events. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlationid: Option<String>,
    /// The ID of the event that caused this one, whether that event was consumed or its content was received in a response.
    /// Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<String>,
    /// The trace to which the event belongs (W3C Trace Context). Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The actor that caused the event: the ID of a user, `system`, or the name of a service.
    pub actor: String,
    /// The URI of the schema of `data`, such as `urn:ordo:schema:OrderEvent`. In the components of `/openapi.json`, it is
    /// the schema with the same `x-dataschema`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = data_schemas)]
    pub dataschema: Option<String>,
    /// The event data: an object of the schema that `dataschema` names. `x-events` names the schema of each type. An event
    /// of a newer version can have different data.
    #[schemars(with = "Map<String, Value>")]
    pub data: Value,
}

/// Lists the data schemas that this version knows. A `oneOf` over them would be misread by clients, because nothing in the
/// data says which schema applies.
fn data_schemas(schema: &mut schemars::Schema) {
    let known: BTreeSet<&str> = EventType::ALL.iter().map(|kind| kind.row().data).collect();
    let known = known.into_iter().map(|name| (name, json!({"$ref": format!("#/components/schemas/{name}")})));
    schema.insert("$defs".to_owned(), known.collect());
}

/// An event of any type. Services that run a newer version can publish types that this version does not know.
pub type AnyEvent = Event<String>;

impl<Kind> Event<Kind> {
    /// The version of the resource after this event.
    pub fn version(&self) -> i64 {
        self.sequence.parse().unwrap_or(0)
    }
    /// Deserializes the data as the type that the event table names for this event.
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
    /// Returns the event with a typed `kind`, if this version knows its type.
    ///
    /// # Errors
    /// The unchanged event, when this version does not know its type.
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
