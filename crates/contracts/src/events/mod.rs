//! Events: the closed table of event types that services publish as CloudEvents, and their data.
//!
//! An event carries a snapshot of its resource, not a delta (R3): a consumer keeps the newest version of each resource and
//! calculates the effect as the difference. Events never contain names, email addresses, postal addresses or free text, but
//! only IDs, totals and codes.

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

use endpoint::openapi::DocumentBuilder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row of the event table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRow {
    /// The event type.
    pub kind: EventType,
    /// The name of the event type on the wire.
    pub name: &'static str,
    /// The service that publishes the event.
    pub producer: &'static str,
    /// The name of the schema of its data.
    pub data: &'static str,
    /// The globally unique URI of that schema, which is also its `x-dataschema` in the OpenAPI document.
    pub dataschema: &'static str,
    /// The services that handle the event. The public event log receives all events.
    pub consumers: &'static [&'static str],
    /// When the event is published.
    pub doc: &'static str,
}

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal from $producer:literal carries $data:ident to [$($consumer:literal),*];)*) => {
        /// The type of an event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum EventType {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $kind,)*
        }
        impl EventType {
            /// All event types, in the order of the table.
            pub const ALL: &[EventType] = &[$(EventType::$kind),*];
            /// The row of the event table.
            pub const fn row(self) -> EventRow {
                match self {
                    $(EventType::$kind => EventRow {
                        kind: self, name: $name, producer: $producer, data: stringify!($data),
                        dataschema: concat!("urn:ordo:schema:", stringify!($data)),
                        consumers: &[$($consumer),*], doc: concat!($($doc),+),
                    },)*
                }
            }
            /// Returns whether `data` can be deserialized as the type that the table names.
            pub fn accepts(self, data: &Value) -> bool {
                match self { $(EventType::$kind => $data::deserialize(data).is_ok(),)* }
            }
            /// The schema of the data of each event type in the OpenAPI document, by the name of the type.
            pub fn data_schemas() -> Value {
                let reference = |data: &str| serde_json::json!({"$ref": format!("#/components/schemas/{data}")});
                let by_name = EventType::ALL.iter().map(|event| event.row());
                by_name.map(|row| (row.name.to_owned(), reference(row.data))).collect::<serde_json::Map<_, _>>().into()
            }
            /// Adds the schemas of all event data to the document, so that every [`EventRow::dataschema`] resolves.
            pub fn describe_data(mut document: DocumentBuilder) -> DocumentBuilder {
                $(document.schema::<$data>();)*
                document
            }
        }
    };
}

events! {
    /// Published when an account is registered.
    UserRegistered = "user.registered" from "auth" carries UserEvent to ["notifications"];
    /// Published when the name, role, permissions or status of an account changes.
    UserUpdated = "user.updated" from "auth" carries UserEvent to ["notifications"];
    /// Published when a password reset email is requested for an account.
    PasswordResetRequested = "user.password_reset_requested" from "auth" carries PasswordResetEvent to ["notifications"];
    /// Published when the password of an account is changed.
    PasswordChanged = "user.password_changed" from "auth" carries UserEvent to ["notifications"];
    /// Published when a verification email is requested for an account's email address.
    EmailVerificationRequested = "user.email_verification_requested" from "auth" carries EmailVerificationEvent to ["notifications"];
    /// Published when an account's email address is verified: the owner of the account can read emails sent to it.
    EmailVerified = "user.email_verified" from "auth" carries UserEvent to ["orders", "notifications"];
    /// Published when a session, or all sessions of a user, end.
    SessionRevoked = "session.revoked" from "auth" carries SessionEvent to ["notifications"];
    /// Published when an API key is revoked.
    ApiKeyRevoked = "api_key.revoked" from "auth" carries ApiKeyEvent to ["notifications"];
    /// Published when a product is created.
    ProductCreated = "product.created" from "products" carries ProductEvent to ["notifications"];
    /// Published when the catalogue data of a product changes.
    ProductUpdated = "product.updated" from "products" carries ProductEvent to ["notifications"];
    /// Published when a product is deleted.
    ProductDeleted = "product.deleted" from "products" carries ProductEvent to ["notifications"];
    /// Published when the stock on hand changes.
    StockAdjusted = "stock.adjusted" from "products" carries StockEvent to ["orders", "notifications"];
    /// Published when the available stock falls to the shop's low-stock threshold, but not to 0.
    StockLow = "stock.low" from "products" carries StockEvent to ["orders", "notifications"];
    /// Published when the available stock falls to 0.
    StockOut = "stock.out" from "products" carries StockEvent to ["orders", "notifications"];
    /// Published when a product that was out of stock becomes available again.
    StockBack = "stock.back" from "products" carries StockEvent to ["orders", "notifications"];
    /// Published when the shortfall of a product changes. While fewer units are on hand than reserved, the newest orders
    /// wait.
    StockShort = "stock.short" from "products" carries StockEvent to ["orders", "notifications"];
    /// Published when the lost reservation of an active order is restored.
    ReservationMended = "stock.reservation_mended" from "products" carries ReservationEvent to ["orders", "notifications"];
    /// Published when an active order has lost its reservation, and there is not enough stock to restore it.
    ReservationLost = "stock.reservation_lost" from "products" carries ReservationEvent to ["orders", "notifications"];
    /// Published when staff create a draft order for a customer. A draft reserves no stock.
    OrderDrafted = "order.drafted" from "orders" carries OrderEvent to ["notifications"];
    /// Published when a draft order is changed.
    OrderDraftUpdated = "order.draft_updated" from "orders" carries OrderEvent to ["notifications"];
    /// Published when a draft order is deleted.
    OrderDraftDeleted = "order.draft_deleted" from "orders" carries OrderEvent to ["notifications"];
    /// Published when an order is placed.
    OrderPlaced = "order.placed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when a payment attempt for an order fails. Another attempt can be made.
    OrderPaymentFailed = "order.payment_failed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when the payment of an order is secured.
    OrderConfirmed = "order.confirmed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when the cancellation of an order starts. The outcome of its payment decides how it ends.
    OrderCancelRequested = "order.cancel_requested" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when an order is cancelled.
    OrderCancelled = "order.cancelled" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when an order expires because it was not paid in time.
    OrderExpired = "order.expired" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when some units of an order are cancelled.
    OrderItemsCancelled = "order.items_cancelled" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when units of an order are shipped, delivered or returned, or its fulfilments, payment totals, holds,
    /// address, metadata or notes change.
    OrderUpdated = "order.updated" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when the payment authorization of an order expires or is voided.
    OrderPaymentLapsed = "order.payment_lapsed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when an order is completed: everything is shipped, delivered and settled.
    OrderCompleted = "order.completed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when a completed order is reopened after a return. Not published by this version.
    OrderReopened = "order.reopened" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when a guest's order is moved to the account that has verified the guest's email address.
    OrderClaimed = "order.claimed" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when money of an order is refunded.
    OrderRefunded = "order.refunded" from "orders" carries OrderEvent to ["products", "notifications"];
    /// Published when a fulfilment is created.
    FulfilmentCreated = "fulfilment.created" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a fulfilment is packed.
    FulfilmentPacked = "fulfilment.packed" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a fulfilment is shipped.
    FulfilmentShipped = "fulfilment.shipped" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when the carrier or tracking number of a fulfilment is corrected.
    FulfilmentUpdated = "fulfilment.updated" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a fulfilment is delivered.
    FulfilmentDelivered = "fulfilment.delivered" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a fulfilment is cancelled and will not be shipped.
    FulfilmentCancelled = "fulfilment.cancelled" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a fulfilment could not be delivered.
    FulfilmentFailed = "fulfilment.failed" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a fulfilment is returned.
    FulfilmentReturned = "fulfilment.returned" from "orders" carries FulfilmentEvent to ["notifications"];
    /// Published when a payment is opened.
    PaymentOpened = "payment.opened" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when a payment attempt starts, waits for the customer, or has an unknown outcome.
    PaymentPending = "payment.pending" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when money is authorized.
    PaymentAuthorized = "payment.authorized" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when money is captured.
    PaymentCaptured = "payment.captured" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when a payment attempt fails.
    PaymentFailed = "payment.failed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when an authorization is voided.
    PaymentVoided = "payment.voided" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when an authorization expires before it is captured.
    PaymentLapsed = "payment.lapsed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when closing of a payment starts, its amount due changes, or an authorization arrives too late and is
    /// voided.
    PaymentUpdated = "payment.updated" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when a refund of a payment changes.
    PaymentRefunded = "payment.refunded" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when a payment is closed permanently.
    PaymentClosed = "payment.closed" from "payments" carries PaymentEvent to ["orders", "notifications"];
    /// Published when a refund is requested.
    RefundRequested = "refund.requested" from "payments" carries RefundEvent to ["notifications"];
    /// Published when a refund is in progress, or its outcome is unknown.
    RefundPending = "refund.pending" from "payments" carries RefundEvent to ["notifications"];
    /// Published when a refund succeeds.
    RefundSucceeded = "refund.succeeded" from "payments" carries RefundEvent to ["notifications"];
    /// Published when a refund fails. It will be retried.
    RefundFailed = "refund.failed" from "payments" carries RefundEvent to ["notifications"];
    /// Published when staff cancel a refund before it is sent.
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
        found.copied().ok_or_else(|| format!("unknown event type {name}"))
    }
}
