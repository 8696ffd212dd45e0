//! Events: the closed table of what services publish, as CloudEvents, and the figures that they carry.
//!
//! An event carries its aggregate's figures, not deltas (R3): a consumer keeps the newest version of each
//! aggregate and works out its effect as the difference. Names, e-mails, addresses and what people write are never
//! in an event: ids, figures and codes are.

use crate::{fulfilments::Fulfilment, orders::*, payments::*};
use endpoint::{Permission, openapi::Document};
use kernel::{Money, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
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
    /// The id of the event that led to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<String>,
    /// The trace that it belongs to (W3C Trace Context).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Who did it: a user's id, `system`, or the name of a service.
    pub actor: String,
    /// Where the schema of the data is: `/openapi.json#/components/schemas/OrderEvent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataschema: Option<String>,
    /// The figures, of the schema that `dataschema` leads to.
    #[schemars(transform = any_data)]
    pub data: Value,
}

/// Says in the schema of events what their data can be; events of newer versions have data of their own.
fn any_data(schema: &mut schemars::Schema) {
    let known: BTreeSet<&str> = EventType::ALL.iter().map(|kind| kind.row().dataschema).collect();
    let known = known.into_iter().map(|place| json!({"$ref": place.trim_start_matches("/openapi.json")}));
    schema.insert("anyOf".to_owned(), known.chain([json!({"type": "object"})]).collect());
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

/// One row of the table of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRow {
    /// The event.
    pub kind: EventType,
    /// Its name on the wire.
    pub name: &'static str,
    /// The service that publishes it.
    pub producer: &'static str,
    /// The name of its data's schema.
    pub data: &'static str,
    /// Where that schema is: a reference into the OpenAPI document.
    pub dataschema: &'static str,
    /// The services that act on it (all events reach the public log).
    pub consumers: &'static [&'static str],
    /// When it is published.
    pub doc: &'static str,
}

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal from $producer:literal carries $data:ident to [$($consumer:literal),*];)*) => {
        /// What can happen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum EventType {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $kind,)*
        }
        impl EventType {
            /// Every event, in the order of the table.
            pub const ALL: &[EventType] = &[$(EventType::$kind),*];
            /// Its row in the table.
            pub const fn row(self) -> EventRow {
                match self {
                    $(EventType::$kind => EventRow {
                        kind: self, name: $name, producer: $producer, data: stringify!($data),
                        dataschema: concat!("/openapi.json#/components/schemas/", stringify!($data)),
                        consumers: &[$($consumer),*], doc: concat!($($doc),+),
                    },)*
                }
            }
            /// Whether `data` can be read as what the table promises.
            pub fn accepts(self, data: &Value) -> bool {
                match self { $(EventType::$kind => $data::deserialize(data).is_ok(),)* }
            }
            /// The document with the schemas of all data, so that [`EventRow::dataschema`] leads somewhere.
            pub fn describe_data(mut document: Document) -> Document {
                $(document.schema::<$data>();)*
                document
            }
        }
    };
}

events! {
    /// An account was registered.
    UserRegistered = "user.registered" from "auth" carries UserEvent to ["notifications"];
    /// An account's name, role, permissions or state changed.
    UserUpdated = "user.updated" from "auth" carries UserEvent to ["notifications"];
    /// A session ended, or all sessions of a user.
    SessionRevoked = "session.revoked" from "auth" carries SessionEvent to ["notifications"];
    /// A product was added.
    ProductCreated = "product.created" from "products" carries ProductEvent to ["notifications"];
    /// A product's catalogue data changed.
    ProductUpdated = "product.updated" from "products" carries ProductEvent to ["notifications"];
    /// A product was taken off sale for good.
    ProductDeleted = "product.deleted" from "products" carries ProductEvent to ["notifications"];
    /// The stock on hand changed.
    StockAdjusted = "stock.adjusted" from "products" carries StockEvent to ["orders", "notifications"];
    /// Little is left.
    StockLow = "stock.low" from "products" carries StockEvent to ["orders", "notifications"];
    /// Nothing is left.
    StockOut = "stock.out" from "products" carries StockEvent to ["orders", "notifications"];
    /// Something is there again.
    StockBack = "stock.back" from "products" carries StockEvent to ["orders", "notifications"];
    /// Less is on hand than is reserved: the newest orders must wait.
    StockShort = "stock.short" from "products" carries StockEvent to ["orders", "notifications"];
    /// A live order's lost reservation was made again.
    ReservationMended = "stock.reservation_mended" from "products" carries ReservationEvent to ["orders", "notifications"];
    /// A live order's reservation is lost, and there is not enough to make it again.
    ReservationLost = "stock.reservation_lost" from "products" carries ReservationEvent to ["orders", "notifications"];
    /// Staff made an order for a customer; it holds nothing yet.
    OrderDrafted = "order.drafted" from "orders" carries OrderEvent to ["notifications"];
    /// A draft was changed.
    OrderDraftUpdated = "order.draft_updated" from "orders" carries OrderEvent to ["notifications"];
    /// A draft was deleted.
    OrderDraftDeleted = "order.draft_deleted" from "orders" carries OrderEvent to ["notifications"];
    /// An order was placed.
    OrderPlaced = "order.placed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// An attempt at its payment failed; another may be made.
    OrderPaymentFailed = "order.payment_failed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Its payment is secured.
    OrderConfirmed = "order.confirmed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Its cancellation began; the payment has the last word.
    OrderCancelRequested = "order.cancel_requested" from "orders" carries OrderEvent to ["products", "notifications"];
    /// It is cancelled.
    OrderCancelled = "order.cancelled" from "orders" carries OrderEvent to ["products", "notifications"];
    /// It was not paid in time.
    OrderExpired = "order.expired" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Some of its units were cancelled.
    OrderItemsCancelled = "order.items_cancelled" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Units were shipped or delivered, its payment's figures, a hold or its address changed.
    OrderUpdated = "order.updated" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Its authorization lapsed before it was captured.
    OrderPaymentLapsed = "order.payment_lapsed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// All is shipped, delivered and settled.
    OrderCompleted = "order.completed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// A completed order came alive again: a return.
    OrderReopened = "order.reopened" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Money of it was refunded.
    OrderRefunded = "order.refunded" from "orders" carries OrderEvent to ["products", "notifications"];
    /// A fulfilment was made.
    FulfilmentCreated = "fulfilment.created" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It is packed.
    FulfilmentPacked = "fulfilment.packed" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It is on its way.
    FulfilmentShipped = "fulfilment.shipped" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It has arrived.
    FulfilmentDelivered = "fulfilment.delivered" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It will not be sent.
    FulfilmentCancelled = "fulfilment.cancelled" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It could not be delivered.
    FulfilmentFailed = "fulfilment.failed" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It came back.
    FulfilmentReturned = "fulfilment.returned" from "orders" carries FulfilmentEvent to ["notifications"];
    /// A payment was opened.
    PaymentOpened = "payment.opened" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// An attempt began, waits for the customer, or its outcome is not known yet.
    PaymentPending = "payment.pending" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// The money is promised.
    PaymentAuthorized = "payment.authorized" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// The money is taken.
    PaymentCaptured = "payment.captured" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// An attempt failed.
    PaymentFailed = "payment.failed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// An authorization was given back.
    PaymentVoided = "payment.voided" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// An authorization ended before it was captured.
    PaymentLapsed = "payment.lapsed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// The payment is being closed, or what is owed changed.
    PaymentUpdated = "payment.updated" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// A refund of it changed.
    PaymentRefunded = "payment.refunded" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// The payment is closed for ever.
    PaymentClosed = "payment.closed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// A refund was asked for.
    RefundRequested = "refund.requested" from "payments" carries RefundEvent to ["notifications"];
    /// A refund is on its way, or its outcome is not known yet.
    RefundPending = "refund.pending" from "payments" carries RefundEvent to ["notifications"];
    /// A refund has gone out.
    RefundSucceeded = "refund.succeeded" from "payments" carries RefundEvent to ["notifications"];
    /// A refund failed, and will be tried again.
    RefundFailed = "refund.failed" from "payments" carries RefundEvent to ["notifications"];
    /// A refund was given up by staff before it went out.
    RefundWithdrawn = "refund.withdrawn" from "payments" carries RefundEvent to ["notifications"];
}

impl std::fmt::Display for EventType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.row().name)
    }
}
impl std::str::FromStr for EventType {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|k| k.row().name == name);
        found.copied().ok_or_else(|| format!("there is no event named {name}"))
    }
}

/// An account, without what names the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserEvent {
    /// Whose account.
    pub user_id: UserId,
    /// What it may do.
    pub role: crate::auth::Role,
    /// What a member of staff may do besides.
    pub permissions: Vec<Permission>,
    /// False: switched off.
    pub active: bool,
}
/// An ended session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionEvent {
    /// Whose.
    pub user_id: UserId,
    /// Which; none: all of them.
    pub session_id: Option<SessionId>,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}
/// A product's catalogue data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductEvent {
    /// Which product.
    pub product_id: ProductId,
    /// Its SKU.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// The price of one.
    pub price: Money,
    /// Whether it is on sale.
    pub status: crate::products::ProductStatus,
}
/// A product's stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StockEvent {
    /// Which product.
    pub product_id: ProductId,
    /// Pieces on hand.
    pub on_hand: i64,
    /// Pieces reserved.
    pub reserved: i64,
    /// Pieces missing for what is reserved.
    pub short: i64,
    /// The newest placings that the shortfall concerns: named by each event for as long as anything is short.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placement_ids: Vec<PlacementId>,
}
/// A reservation that was mended or lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReservationEvent {
    /// Whose.
    pub placement_id: PlacementId,
    /// Of which product.
    pub product_id: ProductId,
    /// How many pieces.
    pub quantity: i64,
}

/// How an order stands: all that stock needs to know, and what replaying the journal gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderFigures {
    /// Which order.
    pub order_id: OrderId,
    /// Its number for people.
    pub number: i64,
    /// Whose.
    pub user_id: UserId,
    /// The placing that it came from; none for a draft.
    pub placement_id: Option<PlacementId>,
    /// Its version.
    pub version: i64,
    /// Its state.
    pub status: OrderStatus,
    /// Why it must not be shipped now.
    pub hold: Option<Hold>,
    /// Why it is being cancelled, or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
    /// Whether its payment has been secured: the reservation is committed.
    pub confirmed: bool,
    /// Whether it is cancelled or expired: all its open units are free.
    pub terminal: bool,
    /// Its payment, in a word.
    pub payment_status: PaymentSummary,
    /// Its fulfilment, in a word.
    pub fulfilment_status: FulfilmentSummary,
    /// What it came to when it was placed.
    pub total: Money,
    /// The total without what was cancelled.
    pub owed: Money,
    /// The totals so far, by product.
    pub products: Vec<ProductFigures>,
}
/// How much of a product an order has cancelled, shipped and returned so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProductFigures {
    /// Which product.
    pub product_id: ProductId,
    /// Pieces ordered.
    pub ordered: i64,
    /// Pieces cancelled so far.
    pub cancelled: i64,
    /// Pieces shipped so far.
    pub shipped: i64,
    /// Pieces that came back so far.
    pub returned: i64,
}
/// Something happened to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderEvent {
    /// How it stands now.
    pub figures: OrderFigures,
}
/// Something happened to a fulfilment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FulfilmentEvent {
    /// Whose order.
    pub user_id: UserId,
    /// How it stands now.
    pub fulfilment: Fulfilment,
}

/// How a payment stands: all that the order needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentFigures {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Its version.
    pub version: i64,
    /// Its state.
    pub state: PaymentState,
    /// What the order came to when the payment was opened.
    pub amount: Money,
    /// The smallest that the order has owed so far.
    pub owed: Money,
    /// Promised and not captured: what a capture could still take.
    pub authorized: Money,
    /// Taken, by a provider or recorded as paid offline.
    pub captured: Money,
    /// The part of `captured` that was recorded as paid offline.
    pub offline: Money,
    /// Given back.
    pub refunded: Money,
    /// Claimed by refunds that have not succeeded yet.
    pub claimed: Money,
    /// Whether an attempt is under way.
    pub pending: bool,
}
/// Something happened to a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentEvent {
    /// How it stands now.
    pub figures: PaymentFigures,
    /// The same, as clients see it.
    pub payment: Payment,
}
/// Something happened to a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundEvent {
    /// Whose order.
    pub user_id: UserId,
    /// How it stands now, without its reason: that is what somebody wrote.
    pub refund: Refund,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for kind in EventType::ALL {
            assert_eq!(kind.row().name.parse(), Ok(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.row().name);
            assert!(!kind.row().doc.trim().is_empty());
        }
        let mut names: Vec<_> = EventType::ALL.iter().map(|k| k.row().name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), EventType::ALL.len());
    }
}
