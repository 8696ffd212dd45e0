//! An order, as clients see it.

use super::AttentionKind;
use crate::{Address, Metadata, payments::Payment};
use kernel::{Language, Money, Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Being prepared by staff; it holds nothing.
    Draft,
    /// Placed; its stock is reserved; waits for its payment.
    Pending,
    /// Its payment is secured.
    Confirmed,
    /// Shipped, delivered (or back and refunded) and settled.
    Completed,
    /// Being cancelled; the payment has the last word.
    Cancelling,
    /// Cancelled, for ever.
    Cancelled,
    /// Not paid in time, for ever.
    Expired,
}
/// Why an order must not be shipped now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Its authorization lapsed, or was voided: it ends once the order is paid again (`POST /v1/orders/{id}/payments`).
    Payment,
    /// Less is on hand than is reserved: it ends by itself once there is enough, by a receipt
    /// (`POST /v1/products/{id}/stock/adjustments`) or since other orders were cancelled.
    StockShort,
    /// Its reservation is lost: it ends by itself once as much is available, and is reserved again.
    StockMissing,
    /// Staff said so, or have given all of its money back while something of it was still to be sent: it ends once staff
    /// release it (`POST /v1/orders/{id}/release`).
    Manual,
}
/// The `hold_reason` of an order that is held because all its money went back.
pub const REFUNDED_IN_FULL: &str = "refunded in full";
/// An order's payment, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSummary {
    /// Nothing paid, nothing under way.
    Unpaid,
    /// An attempt is under way.
    Pending,
    /// Authorized, not captured yet.
    Authorized,
    /// Captured, recorded as paid offline, or nothing was to be paid.
    Paid,
    /// Captured, and refunded in part.
    PartiallyRefunded,
    /// Captured, and refunded in full.
    Refunded,
    /// Authorized, and voided.
    Voided,
}
/// An order's fulfilment, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentSummary {
    /// Nothing shipped.
    Unfulfilled,
    /// Some shipped.
    PartiallyShipped,
    /// All shipped that was not cancelled, and none of it arrived. What could not be delivered counts as shipped, also once it
    /// is back.
    Shipped,
    /// All shipped, and only some arrived.
    PartiallyDelivered,
    /// All arrived that was not cancelled.
    Delivered,
    /// All cancelled.
    Cancelled,
}
/// Why an order is being cancelled, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelCode {
    /// Its owner asked for it.
    Customer,
    /// Staff asked for it.
    Staff,
    /// It was not paid in time.
    NotPaid,
    /// Its stock is gone.
    StockLost,
}
/// What can be asked of an order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Pay it: `POST /v1/orders/{id}/payments`.
    Pay,
    /// Cancel it, or what is open of it: `POST /v1/orders/{id}/cancel`.
    Cancel,
    /// Pack and ship what is open: `POST /v1/orders/{id}/fulfilments`.
    Fulfil,
    /// Note that a shipment has arrived: `POST /v1/fulfilments/{id}/deliver`.
    Deliver,
    /// Give money back: `POST /v1/orders/{id}/refunds`.
    Refund,
    /// Correct its address or its note: `PATCH /v1/orders/{id}`. All there is of a draft: `PATCH /v1/orders/drafts/{id}`.
    Edit,
    /// Keep it from being shipped: `POST /v1/orders/{id}/hold`.
    Hold,
    /// Let it be shipped again: `POST /v1/orders/{id}/release`.
    Release,
    /// Make an order of a draft: `POST /v1/orders/drafts/{id}/place`.
    Place,
    /// Delete a draft: `DELETE /v1/orders/drafts/{id}`.
    Delete,
    /// Change its metadata: `PATCH /v1/orders/{id}`, whatever has become of it.
    Annotate,
    /// Say that nothing is left to do, where a parcel came back: `PUT /v1/orders/{id}` with `completed`.
    Complete,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// Its number for people: from 1001, rising, with gaps.
    pub number: i64,
    /// Whose; of a guest's that nobody's account has yet, `guest_id`.
    pub user_id: UserId,
    /// As whom a guest has placed it; none where somebody with an account did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_id: Option<UserId>,
    /// What opens a guest's order, in the answer to placing it: a credential that is to be kept as a secret is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_key: Option<Secret>,
    /// Where mails about it go.
    pub email: Option<String>,
    /// What the account of whoever ordered was called then; absent, where it had no name, and of a guest's, whose name is the
    /// address's. It goes to `shipping_address`, which may be somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// In which language they are written; absent, in the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Its state.
    pub status: OrderStatus,
    /// Why it must not be shipped now, in one word: the gravest of `holds`, where all reasons stand.
    pub hold: Option<Hold>,
    /// Every reason why it must not be shipped now; `manual` ends when staff release it, the others by themselves.
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// What staff wrote about their hold; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<String>,
    /// Its payment, in a word.
    pub payment_status: PaymentSummary,
    /// Its fulfilment, in a word.
    pub fulfilment_status: FulfilmentSummary,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// What is added to or taken off the sum of the lines.
    pub adjustments: Vec<Adjustment>,
    /// The sum of lines and adjustments, frozen when it was placed; of a draft, by the prices of its last change.
    pub total: Money,
    /// The total without what was cancelled since, never below 0. It is 0 once the order is cancelled or has expired.
    pub owed: Money,
    /// Its payment, where there is one.
    pub payment: Option<Payment>,
    /// Why the payment that it was placed with was not even tried; it can be paid by `POST /v1/orders/{id}/payments`, and this
    /// stays all the same: how it is paid, `payment` tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_refused: Option<PaymentRejection>,
    /// Until when it is to be paid: an order of which nothing has shipped expires then. Null for a draft, for an order that is paid, and
    /// for one that waits for its payment without a limit.
    pub payment_due_at: Option<Timestamp>,
    /// What you may do to it now: each word names its operation.
    #[serde(deserialize_with = "crate::known_ones")]
    pub allowed: Vec<Action>,
    /// What its states do not say and somebody has to look after: for staff `undelivered`, `to_hand_back` and `came_back`, for
    /// whoever bought it the first of them; absent where it is nothing.
    #[serde(default, deserialize_with = "crate::known_ones", skip_serializing_if = "Vec::is_empty")]
    pub attention: Vec<AttentionKind>,
    /// For staff: what is kept of the price of pieces that came back without having arrived, and is not on its way back either. It is
    /// refunded, or the order completed. Absent where it is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_of_returned: Option<Money>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// What the customer noted.
    pub note: Option<String>,
    /// Why it is being cancelled, or was.
    pub cancel_code: Option<CancelCode>,
    /// What whoever cancelled it wrote about it.
    pub cancel_reason: Option<String>,
    /// Your own data, shown to everybody who reads the order, the customer, too.
    pub metadata: Metadata,
    /// Counts its changes.
    pub version: i64,
    /// When it was placed. For a draft, when the draft was created; placing the draft sets it to the time of placing.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
/// Why there was no attempt to pay an order as it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PaymentRefused")]
pub enum PaymentRejection {
    /// The provider does not know the method.
    UnknownPaymentMethod,
}
/// A line of an order. At all times `quantity` = `open` + `cancelled` + `shipped`, and
/// `shipped` ≥ `delivered` ≥ `returned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The line's id.
    pub id: LineId,
    /// The product; none for a custom line.
    pub product_id: Option<ProductId>,
    /// What it is called: the product's name when the order was placed; in a draft, when the draft's lines were last changed.
    pub title: String,
    /// The product's SKU when the order was placed; in a draft, when the draft's lines were last changed.
    pub sku: Option<String>,
    /// Pieces ordered.
    pub quantity: i64,
    /// The price of one, frozen when the order was placed; in a draft, when the draft's lines were last changed.
    pub unit_price: Money,
    /// The price of all.
    pub total: Money,
    /// Pieces neither cancelled nor shipped.
    pub open: i64,
    /// Pieces shipped.
    pub shipped: i64,
    /// Pieces that came to the end of their way: they arrived, or came back. The customer has `delivered` − `returned`.
    pub delivered: i64,
    /// Pieces cancelled.
    pub cancelled: i64,
    /// Pieces that came back.
    pub returned: i64,
}
/// What is added to or taken off the sum of the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Adjustment {
    /// What for.
    pub kind: AdjustmentKind,
    /// What it is called.
    pub title: String,
    /// How much; below 0 for a discount.
    pub amount: Money,
}
/// What an adjustment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// Added for sending it.
    Shipping,
    /// Added for the state.
    Tax,
    /// Taken off.
    Discount,
}
