//! Orders: placing, reading, paying, cancelling.

use crate::{Address, Metadata, checked, metadata_form, payments::*, plain, prose, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Money, MoneyIn, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where an order is; the table of its transitions is in `docs/lifecycle.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Being prepared by staff; it holds nothing.
    Draft,
    /// Placed; its stock is reserved; waits for its payment.
    Pending,
    /// Its payment is secured.
    Confirmed,
    /// Shipped, delivered and settled.
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
    /// Its authorization lapsed.
    Payment,
    /// Less is on hand than is reserved.
    StockShort,
    /// Its reservation is lost.
    StockMissing,
    /// Staff said so.
    Manual,
}
/// An order's payment, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSummary {
    /// Nothing paid, nothing under way.
    Unpaid,
    /// An attempt is under way.
    Pending,
    /// Promised, not yet taken.
    Authorized,
    /// Taken.
    Paid,
    /// Taken, and given back in part.
    PartiallyRefunded,
    /// Given back.
    Refunded,
    /// Promised, and given back before it was taken.
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
    /// All shipped that was not cancelled.
    Shipped,
    /// All shipped, some delivered.
    PartiallyDelivered,
    /// All delivered that was not cancelled.
    Delivered,
    /// All cancelled.
    Cancelled,
}
/// What can be asked of an order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Pay it.
    Pay,
    /// Cancel it, or what is open of it.
    Cancel,
    /// Pack and ship what is open.
    Fulfil,
    /// Note that a shipment has arrived.
    Deliver,
    /// Give money back.
    Refund,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// Its number for people: from 1001, rising, with gaps.
    pub number: i64,
    /// Whose.
    pub user_id: UserId,
    /// Where mails about it go.
    pub email: Option<String>,
    /// Its state.
    pub status: OrderStatus,
    /// Why it must not be shipped now.
    pub hold: Option<Hold>,
    /// Its payment, in a word.
    pub payment_status: PaymentSummary,
    /// Its fulfilment, in a word.
    pub fulfilment_status: FulfilmentSummary,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// What is added to or taken off the sum of the lines.
    pub adjustments: Vec<Adjustment>,
    /// The sum of lines and adjustments, frozen when it was placed.
    pub total: Money,
    /// The total without what was cancelled since.
    pub owed: Money,
    /// Its payment, where there is one.
    pub payment: Option<Payment>,
    /// When it expires unless it is paid.
    pub payment_due_at: Option<Timestamp>,
    /// What can be asked of it now.
    pub allowed: Vec<Action>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// What the customer noted.
    pub note: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// Your own data.
    pub metadata: Metadata,
    /// Counts its changes.
    pub version: i64,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
/// A line of an order. At all times `quantity` = `open` + `cancelled` + `shipped`, and
/// `shipped` ≥ `delivered` ≥ `returned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The line's id.
    pub id: LineId,
    /// The product; none for a custom line.
    pub product_id: Option<ProductId>,
    /// What it is called: the product's name when it was placed.
    pub title: String,
    /// The product's SKU when it was placed.
    pub sku: Option<String>,
    /// Pieces ordered.
    pub quantity: i64,
    /// The price of one, frozen when it was placed.
    pub unit_price: Money,
    /// The price of all.
    pub total: Money,
    /// Pieces neither cancelled nor shipped.
    pub open: i64,
    /// Pieces shipped.
    pub shipped: i64,
    /// Pieces that arrived.
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

/// Places an order.
///
/// Reserves every line or none, and answers with the order. The same key never places a second one.
/// With `payment`, the payment is attempted at once; the answer is 201 whatever becomes of it.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders", scope = User, within = 15_000, reply = Created<Order>, error = PlaceOrderError)]
pub struct PlaceOrder {
    /// Makes a repeat safe, for ever.
    pub key: Key,
    /// What is ordered.
    pub order: Body<NewOrder>,
}
/// What is ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewOrder {
    /// 1 to 100 lines.
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Vec<NewLine>,
    /// Refused with `price_changed` if the total is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub expected_total: Option<MoneyIn>,
    /// Shipping, tax and discounts; for staff only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 20), dive)]
    pub adjustments: Vec<NewAdjustment>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub shipping_address: Option<Address>,
    /// What the customer notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 2000), custom(prose)))]
    pub note: Option<String>,
    /// Your own data.
    #[serde(default)]
    #[garde(custom(metadata_form))]
    pub metadata: Metadata,
    /// How to pay it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub payment: Option<PaymentMethod>,
}
/// A line to be: a product, or a title of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewLine {
    /// The product; or give `title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// What a custom line is called; or give `product_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, min = 1, max = 200), custom(plain)))]
    pub title: Option<String>,
    /// The price of one of a custom line; for staff only, 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub unit_price: Option<MoneyIn>,
    /// Pieces.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
/// An adjustment to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAdjustment {
    /// What for.
    #[garde(skip)]
    pub kind: AdjustmentKind,
    /// What it is called.
    #[garde(length(chars, min = 1, max = 200), custom(plain))]
    pub title: String,
    /// How much, from 0; a discount is taken off.
    #[garde(skip)]
    pub amount: MoneyIn,
}
impl Check for NewOrder {
    fn check(&self, faults: &mut Vec<Fault>) {
        endpoint::garde(self, faults);
        for (i, line) in self.lines.iter().enumerate() {
            if line.product_id.is_some() == line.title.is_some() {
                faults.push(Fault::new(
                    format!("/lines/{i}"),
                    "one_of",
                    "give product_id or title, one of them",
                ));
            }
            if line.product_id.is_some() && line.unit_price.is_some() {
                let why = "the price of a product is the catalogue's";
                faults.push(Fault::new(format!("/lines/{i}/unit_price"), "not_allowed", why));
            }
        }
    }
}
/// Why an order was not placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PlaceOrderError {
    /// Not every line can be had.
    /// Lower the quantities to what is available.
    #[status(409)]
    InsufficientStock {
        /// The lines that cannot be had.
        errors: Vec<Short>,
    },
    /// Some products are not on sale.
    /// Leave them out.
    #[status(409)]
    NotOnSale {
        /// Their lines.
        errors: Vec<Fault>,
    },
    /// The prices have changed.
    /// Show the customer the new total and ask again, with a new key.
    #[status(409)]
    PriceChanged {
        /// What was expected.
        expected: Money,
        /// What it comes to now.
        actual: Money,
    },
    /// There are too many unpaid orders of this account.
    /// Pay or cancel some of them first.
    #[status(409)]
    TooManyUnpaidOrders {
        /// How many are allowed.
        limit: u32,
    },
}
/// A line that cannot be had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Short {
    /// Where in the request.
    pub pointer: String,
    /// Always `insufficient_stock`.
    pub code: String,
    /// What to do.
    pub detail: String,
    /// Which product.
    pub product_id: ProductId,
    /// How many pieces are left.
    pub available: i64,
}

/// Reads an order.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}", scope = User, reply = Fresh<Order>)]
pub struct GetOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}
/// Lists orders, newest first: your own, or all of them for staff.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrders {
    /// Which orders.
    pub filter: Query<OrderFilter>,
    /// Which page.
    pub slice: Slice,
}
/// Which orders to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderFilter {
    /// Only those in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<OrderStatus>,
    /// Only those of this user; customers see their own anyway.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub user_id: Option<UserId>,
    /// Only the one with this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(range(min = 1)))]
    pub number: Option<i64>,
}
/// Lists a user's orders, newest first: your own, or anybody's for staff.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/user/{user_id}", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrdersOfUser {
    /// Whose.
    pub user_id: Path<UserId>,
    /// Which page.
    pub slice: Slice,
}

/// Pays an order.
///
/// There is one payment for each order; a declined attempt leaves it open for another.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/payments", scope = User, within = 15_000, reply = Created<Payment>, error = PayOrderError)]
pub struct PayOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: Key,
    /// How.
    pub method: Body<PaymentMethod>,
}
/// How to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct PaymentMethod {
    /// The provider's token for the card or account; `offline` for money that staff have in hand.
    #[garde(length(chars, min = 1, max = 200), custom(plain))]
    #[schemars(example = &"sim_ok")]
    pub method: String,
    /// Take the money at once (`automatic`), or when the order ships (`manual`).
    #[serde(default)]
    #[garde(skip)]
    pub capture: CaptureMode,
}
/// Why an order was not paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PayOrderError {
    /// The payment was declined.
    /// Try another card; the order waits until `payment_due_at`.
    #[status(402)]
    PaymentDeclined {
        /// The payment, with the attempt that failed.
        payment: Box<Payment>,
    },
    /// This method of payment is not known.
    /// Use one of the provider's tokens.
    #[status(400)]
    UnknownPaymentMethod {
        /// Where in the request.
        errors: Vec<Fault>,
    },
    /// The order is paid already.
    /// There is nothing to do.
    #[status(409)]
    AlreadyPaid,
    /// Another attempt is under way.
    /// Wait for it, or read the payment.
    #[status(409)]
    PaymentInProgress,
    /// The order cannot be paid in this state.
    /// Look at `allowed` of the order.
    #[status(409)]
    IllegalTransition {
        /// The state that it is in.
        status: OrderStatus,
        /// What can be asked of it.
        allowed: Vec<Action>,
    },
}

/// Cancels an order, or some of its units.
///
/// Once units have shipped, what is still open is cancelled. Money that was taken is refunded.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/cancel", scope = User, within = 15_000, reply = Json<Order>, error = ChangeOrderError)]
pub struct CancelOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: Key,
    /// Why, and what of it.
    pub cancellation: Body<Cancellation>,
}
/// Why to cancel, and what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct Cancellation {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 500), custom(plain)))]
    pub reason: Option<String>,
    /// Only these units; for staff. All that is open when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(custom(up_to_100_lines), dive)]
    pub lines: Option<Vec<LineQuantity>>,
}
/// So many pieces of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct LineQuantity {
    /// Which line.
    #[garde(skip)]
    pub line_id: LineId,
    /// How many pieces.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
/// Why an order was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangeOrderError {
    /// That cannot be done in this state.
    /// Look at `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that it is in.
        status: OrderStatus,
        /// What can be asked of it.
        allowed: Vec<Action>,
    },
    /// Somebody else has changed it since.
    /// Read it again.
    #[status(409)]
    VersionConflict {
        /// The current version.
        current_version: i64,
    },
    /// Not that many units are open.
    /// Ask for at most what is open and not in a fulfilment.
    #[status(409)]
    NotOpen {
        /// The lines that have too few.
        errors: Vec<Fault>,
    },
    /// An attempt at its payment is under way.
    /// Wait for it, or read the payment.
    #[status(409)]
    PaymentInProgress,
    /// The order is on hold.
    /// Clear the reason first.
    #[status(409)]
    OnHold {
        /// Why.
        hold: Hold,
    },
    /// The money could not be taken.
    /// Look at the payment.
    #[status(402)]
    CaptureFailed,
}

/// Brings an order into a state, by staff.
///
/// `confirmed` records an offline payment, `shipped` ships all open units, `delivered` notes that all shipments
/// arrived, `completed` and `cancelled` are what they say. An order that is there already stays as it is.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/v1/orders/{id}", scope = Staff(Orders), within = 15_000, reply = Tagged<Order>, error = ChangeOrderError)]
pub struct SetOrderStatus {
    /// Which order.
    pub id: Path<OrderId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
    /// Which state.
    pub target: Body<OrderTarget>,
}
/// The state that an order shall have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderTarget {
    /// The state.
    pub status: TargetStatus,
    /// Refused with `version_conflict` if the order's is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}
/// The states that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetStatus {
    /// Paid offline.
    Confirmed,
    /// All open units shipped.
    Shipped,
    /// All shipments arrived.
    Delivered,
    /// Done.
    Completed,
    /// Cancelled.
    Cancelled,
}

/// Gives money of an order back.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/refunds", scope = Staff(Payments), within = 15_000, reply = Created<Refund>, error = RefundError)]
pub struct RefundOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: Key,
    /// How much, and why.
    pub refund: Body<NewRefund>,
}

/// Reads what happened to an order, oldest first.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/history", scope = User, reply = Json<Page<HistoryItem>>)]
pub struct ReadHistory {
    /// Which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: Slice,
}
/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryItem {
    /// The order's version after it.
    pub sequence: i64,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: crate::events::EventType,
    /// When.
    pub at: Timestamp,
    /// Who did it: a user's id, `system`, or the name of a service.
    pub actor: String,
    /// The figures afterwards.
    pub data: Value,
}

/// Where mails about an order go, for notifications.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}/contact", scope = Service, reply = Json<Contact>)]
pub struct LookUpContact {
    /// Which order.
    pub id: Path<OrderId>,
}
/// A person to write to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The order's number.
    pub number: i64,
    /// The address, if there is one.
    pub email: Option<String>,
    /// What the person is called.
    pub name: Option<String>,
}

checked!(OrderFilter, PaymentMethod, Cancellation);
unchecked!(OrderTarget);

/// 1 to 100 lines, where there is a list.
pub(crate) fn up_to_100_lines(lines: &Option<Vec<LineQuantity>>, (): &()) -> garde::Result {
    match lines.as_ref().map(Vec::len) {
        Some(0 | 101..) => Err(garde::Error::new("1 to 100 lines are expected")),
        _ => Ok(()),
    }
}
