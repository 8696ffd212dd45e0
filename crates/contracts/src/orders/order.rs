//! The order resource, as returned to clients.

use super::AttentionKind;
use crate::{Address, Metadata, payments::Payment};
use kernel::{Language, Money, Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Draft order, prepared by staff. No stock is reserved.
    Draft,
    /// Placed; stock is reserved and the payment is outstanding.
    Pending,
    /// The payment is secured: the amount due is authorized, captured or paid offline.
    Confirmed,
    /// All units that were not cancelled are shipped, and delivered (or returned and refunded), and the payment is settled.
    Completed,
    /// Cancellation in progress. The final status depends on the payment.
    Cancelling,
    /// Cancelled. Final.
    Cancelled,
    /// Not paid in time. Final.
    Expired,
}
/// Reason why an order cannot be packed or shipped now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The authorization expired or was voided. Ends when the order is paid again (`POST /v1/orders/{id}/payments`).
    Payment,
    /// Less stock is on hand than is reserved. Ends automatically when there is enough, after a receipt
    /// (`POST /v1/products/{id}/stock/adjustments`) or because other orders were cancelled.
    StockShort,
    /// The stock reservation is lost. Ends automatically when enough stock is available and has been reserved again.
    StockMissing,
    /// Set by staff, or set because staff refunded the order in full while units were still to be sent. Ends when staff release
    /// the order (`POST /v1/orders/{id}/release`).
    Manual,
}
/// `hold_reason` of an order that is on hold because it was refunded in full.
pub const REFUNDED_IN_FULL: &str = "refunded in full";
/// Summary of an order's payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSummary {
    /// Nothing is paid, and no payment attempt is in progress.
    Unpaid,
    /// A payment attempt is in progress.
    Pending,
    /// Authorized, not captured yet.
    Authorized,
    /// Captured, recorded as paid offline, or there was nothing to pay.
    Paid,
    /// Captured, then partially refunded.
    PartiallyRefunded,
    /// Captured, then refunded in full.
    Refunded,
    /// Authorized, then voided.
    Voided,
}
/// Summary of an order's fulfilment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentSummary {
    /// No unit is shipped.
    Unfulfilled,
    /// Some units are shipped, and some are still open.
    PartiallyShipped,
    /// All units that were not cancelled are shipped, and none is delivered. Units that could not be delivered count as shipped,
    /// also after they are returned.
    Shipped,
    /// All units that were not cancelled are shipped, and only some of them are delivered.
    PartiallyDelivered,
    /// All units that were not cancelled are delivered.
    Delivered,
    /// All units are cancelled.
    Cancelled,
}
/// Reason why an order was or is being cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelCode {
    /// Requested by the customer.
    Customer,
    /// Requested by staff.
    Staff,
    /// Not paid in time.
    NotPaid,
    /// The stock reservation is lost.
    StockLost,
}
/// Action that the caller can take on an order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Pay the order: `POST /v1/orders/{id}/payments`.
    Pay,
    /// Cancel the order or its open units: `POST /v1/orders/{id}/cancel`.
    Cancel,
    /// Pack and ship the open units: `POST /v1/orders/{id}/fulfilments`.
    Fulfil,
    /// Mark a shipment as delivered: `POST /v1/fulfilments/{id}/deliver`.
    Deliver,
    /// Refund the order: `POST /v1/orders/{id}/refunds`.
    Refund,
    /// Update the shipping address or the note: `PATCH /v1/orders/{id}`. For a draft, update any of its contents:
    /// `PATCH /v1/orders/drafts/{id}`.
    Edit,
    /// Block the order from being packed and shipped: `POST /v1/orders/{id}/hold`.
    Hold,
    /// End the manual hold: `POST /v1/orders/{id}/release`.
    Release,
    /// Place a draft as an order: `POST /v1/orders/drafts/{id}/place`.
    Place,
    /// Delete a draft: `DELETE /v1/orders/drafts/{id}`.
    Delete,
    /// Update the metadata: `PATCH /v1/orders/{id}`. Allowed in every status.
    Annotate,
    /// Complete an order with a returned fulfilment when nothing is left to do: `PUT /v1/orders/{id}` with `completed`.
    Complete,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// ID of the order.
    pub id: OrderId,
    /// Order number for customers and staff. Starts at 1001 and increases, with gaps.
    pub number: i64,
    /// ID of the customer's account. For a guest order that no account has claimed yet, the same as `guest_id`.
    pub user_id: UserId,
    /// ID of the guest who placed the order. Absent if the customer placed it with an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_id: Option<UserId>,
    /// Access key of a guest order. A credential: store it as a secret. Returned only in the response to placing the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_key: Option<Secret>,
    /// Email address for messages about the order.
    pub email: Option<String>,
    /// Name of the customer's account when the order was placed. Absent if the account had no name, and for guest orders, where
    /// the name is that of the address. The recipient in `shipping_address` can be another person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// Language of the emails about the order. Absent for the shop's default language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Status of the order.
    pub status: OrderStatus,
    /// The most severe of the reasons in `holds`. Null if the order is not on hold.
    pub hold: Option<Hold>,
    /// All reasons why the order cannot be packed or shipped now. `manual` ends when staff release the order; the others end
    /// automatically.
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// Reason that staff gave for the manual hold. Visible to staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// Summary of the payment.
    pub payment_status: PaymentSummary,
    /// Summary of the fulfilment.
    pub fulfilment_status: FulfilmentSummary,
    /// Lines of the order.
    pub lines: Vec<Line>,
    /// Sum of the lines, without adjustments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtotal: Option<Money>,
    /// Amounts added to or subtracted from the sum of the lines.
    pub adjustments: Vec<Adjustment>,
    /// Sum of the lines and adjustments, fixed when the order was placed. For a draft, calculated with the prices at its last
    /// change.
    pub total: Money,
    /// Amount due: the total without the units that were cancelled since, never below 0. It is 0 when the order is cancelled or
    /// expired.
    pub owed: Money,
    /// Price of the units that are not yet cancelled or shipped, without adjustments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_total: Option<Money>,
    /// Value of the returned, never delivered units: their price less their share of discounts. Absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_value: Option<Money>,
    /// Payment of the order. Null if there is none.
    pub payment: Option<Payment>,
    /// Reason why the payment that was sent along with the order was not attempted. The order can still be paid with
    /// `POST /v1/orders/{id}/payments`. This member remains after that; see `payment` for the current state of the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_refused: Option<PaymentRejection>,
    /// Time at which the payment is due. An order of which nothing is shipped expires then. Null for a draft, for a paid order,
    /// and for an order that can be paid without a time limit.
    pub payment_due_at: Option<Timestamp>,
    /// Actions that the caller can take on the order now. Each value names its operation.
    #[serde(deserialize_with = "crate::known_ones")]
    pub allowed: Vec<Action>,
    /// Kinds of attention that the order needs and that its status members do not show. For staff `undelivered`, `to_hand_back`
    /// and `came_back`; for the customer only `undelivered`. Absent if there are none.
    #[serde(default, deserialize_with = "crate::known_ones", skip_serializing_if = "Vec::is_empty")]
    pub attention: Vec<AttentionKind>,
    /// Part of the price of returned, never delivered units that is neither refunded nor being refunded. Refund it, or complete
    /// the order. Visible to staff only. Absent if there is no such amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_of_returned: Option<Money>,
    /// Shipping address.
    pub shipping_address: Option<Address>,
    /// Note of the customer.
    pub note: Option<String>,
    /// Reason why the order was or is being cancelled.
    pub cancel_code: Option<CancelCode>,
    /// Explanation by the customer or the staff member who cancelled the order.
    pub cancel_reason: Option<String>,
    /// Your own data. Visible to everyone who can read the order, including the customer.
    pub metadata: Metadata,
    /// Version of the order. Increases with each change.
    pub version: i64,
    /// Time at which the order was placed. For a draft, the time at which the draft was created; placing the draft sets it to the
    /// time of placement.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}
/// Reason why the initial payment of an order was not attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PaymentRefused")]
pub enum PaymentRejection {
    /// The payment provider does not know the method.
    UnknownPaymentMethod,
}
/// A line of an order. `quantity` = `open` + `cancelled` + `shipped` and `shipped` ≥ `delivered` ≥ `returned` always hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// ID of the line.
    pub id: LineId,
    /// ID of the product. Null for a custom line.
    pub product_id: Option<ProductId>,
    /// Title of the line: the product's name when the order was placed. In a draft, when the draft's lines were last changed.
    pub title: String,
    /// SKU of the product when the order was placed. In a draft, when the draft's lines were last changed.
    pub sku: Option<String>,
    /// Units ordered.
    pub quantity: i64,
    /// Price of one unit, fixed when the order was placed. In a draft, when the draft's lines were last changed.
    pub unit_price: Money,
    /// Price of all units of the line.
    pub total: Money,
    /// Price of the units that are not cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_total: Option<Money>,
    /// Units not yet cancelled or shipped.
    pub open: i64,
    /// Units shipped.
    pub shipped: i64,
    /// Units whose shipment has ended, delivered or returned. The customer has `delivered` − `returned` units.
    pub delivered: i64,
    /// Units cancelled.
    pub cancelled: i64,
    /// Units returned.
    pub returned: i64,
}
/// An amount added to or subtracted from the sum of the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Adjustment {
    /// Kind of the adjustment.
    pub kind: AdjustmentKind,
    /// Title of the adjustment.
    pub title: String,
    /// Amount of the adjustment. Negative for a discount.
    pub amount: Money,
}
/// Kind of an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// Shipping charge. Added to the total.
    Shipping,
    /// Tax. Added to the total.
    Tax,
    /// Discount. Subtracted from the total.
    Discount,
}
