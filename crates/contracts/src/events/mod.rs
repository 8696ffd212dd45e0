//! Events: the closed table of what services publish, as CloudEvents, and the figures that they carry.
//!
//! An event carries its aggregate's figures, not deltas (R3): a consumer keeps the newest version of each
//! aggregate and works out its effect as the difference. Names, e-mails, addresses and what people write are never
//! in an event: ids, figures and codes are.

mod account;
mod envelope;
mod order;
mod payment;
mod product;

pub use account::*;
pub use envelope::*;
pub use order::*;
pub use payment::*;
pub use product::*;

use endpoint::openapi::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// What that schema is called everywhere: a URI. It is what `x-dataschema` of a schema in the OpenAPI document says.
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
                        dataschema: concat!("urn:ordo:schema:", stringify!($data)),
                        consumers: &[$($consumer),*], doc: concat!($($doc),+),
                    },)*
                }
            }
            /// Whether `data` can be read as what the table promises.
            pub fn accepts(self, data: &Value) -> bool {
                match self { $(EventType::$kind => $data::deserialize(data).is_ok(),)* }
            }
            /// By the name of each event, the schema of its data in the OpenAPI document.
            pub fn data_schemas() -> Value {
                let reference = |data: &str| serde_json::json!({"$ref": format!("#/components/schemas/{data}")});
                let by_name = EventType::ALL.iter().map(|event| event.row());
                by_name.map(|row| (row.name.to_owned(), reference(row.data))).collect::<serde_json::Map<_, _>>().into()
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
    /// Somebody asked for a mail with which to choose a new password.
    PasswordResetRequested = "user.password_reset_requested" from "auth" carries PasswordResetEvent to ["notifications"];
    /// An account has another password.
    PasswordChanged = "user.password_changed" from "auth" carries UserEvent to ["notifications"];
    /// An account is to get a mail by which its e-mail address is verified.
    EmailVerificationRequested = "user.email_verification_requested" from "auth" carries EmailVerificationEvent to ["notifications"];
    /// An account's e-mail address is verified: whoever has the account reads what is sent there.
    EmailVerified = "user.email_verified" from "auth" carries UserEvent to ["orders", "notifications"];
    /// A session ended, or all sessions of a user.
    SessionRevoked = "session.revoked" from "auth" carries SessionEvent to ["notifications"];
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked" from "auth" carries ApiKeyEvent to ["notifications"];
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
    /// Units were shipped or delivered, its payment's figures, a hold, its address, or a parcel's carrier or number changed.
    OrderUpdated = "order.updated" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Its authorization lapsed or was voided.
    OrderPaymentLapsed = "order.payment_lapsed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// All is shipped, delivered and settled.
    OrderCompleted = "order.completed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// A completed order came alive again: a return. Nothing does that yet.
    OrderReopened = "order.reopened" from "orders" carries OrderEvent to ["products", "notifications"];
    /// What a guest has placed came into the account that has verified the guest's address.
    OrderClaimed = "order.claimed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Money of it was refunded.
    OrderRefunded = "order.refunded" from "orders" carries OrderEvent to ["products", "notifications"];
    /// A fulfilment was made.
    FulfilmentCreated = "fulfilment.created" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It is packed.
    FulfilmentPacked = "fulfilment.packed" from "orders" carries FulfilmentEvent to ["notifications"];
    /// It is on its way.
    FulfilmentShipped = "fulfilment.shipped" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Its carrier or number was corrected.
    FulfilmentUpdated = "fulfilment.updated" from "orders" carries FulfilmentEvent to ["notifications"];
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
    /// Money is authorized.
    PaymentAuthorized = "payment.authorized" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Money is captured.
    PaymentCaptured = "payment.captured" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// An attempt failed.
    PaymentFailed = "payment.failed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// An authorization was voided.
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
