//! Reading orders: one order, lists, the history, and the contact for emails.

use super::{AttentionKind, CancelCode, FulfilmentSummary, Note, Order, OrderStatus, PaymentSummary};
use crate::{
    checked,
    events::EventType,
    fulfilments::Fulfilment,
    payments::{Payment, Refund},
};
use endpoint::*;
use garde::Validate;
use kernel::{AmountInput, Language, Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{fmt, str::FromStr};

/// Returns an order.
///
/// Customers can read their own orders; staff with `orders` or `payments` can read any order. Drafts are visible to staff only. A
/// guest authenticates with the `order_key` that was returned when the order was placed.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}", scope = Buyer, reply = Conditional<Order>)]
pub struct GetOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// ETag of the client's copy.
    pub known: IfNoneMatch,
}
/// Returns the order with a given number.
///
/// Customers can read their own orders; staff with `orders` or `payments` can read any order.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/by-number/{number}", scope = Buyer, reply = Conditional<Order>)]
pub struct GetOrderByNumber {
    /// Order number, without `#`.
    pub number: Path<OrderNumber>,
    /// ETag of the client's copy.
    pub known: IfNoneMatch,
}
/// An order number in a path: decimal digits, in canonical form only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(inline)]
pub struct OrderNumber(#[schemars(range(min = 1))] pub i64);
impl FromStr for OrderNumber {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.parse::<i64>().ok().filter(|number| *number >= 1 && number.to_string() == text);
        number.map(OrderNumber).ok_or(())
    }
}
impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
/// Returns an order with its history, its fulfilments and, for staff with `orders`, its notes.
///
/// Customers can read their own orders; staff with `orders` or `payments` can read any order. One request returns everything that
/// an order page shows. Each list is its first page; `next_cursor` continues in the list of the same name. The notes are the
/// newest ones, or those before `notes_cursor`.
#[derive(Debug, Endpoint)]
#[endpoint(name = "read_whole_order", get = "/v1/orders/{id}/whole", scope = Buyer, reply = Json<OrderDetails>)]
pub struct GetOrderDetails {
    /// Which order.
    pub id: Path<OrderId>,
    /// Position in the list of notes.
    pub further: Query<OrderDetailsParams>,
}
/// Parameters for reading an order with its details.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderDetailsParams {
    /// `next_cursor` of the previous page of notes. Default: the first page, which has the newest notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = PageParams::CURSOR_LENGTH_MAX))]
    pub notes_cursor: Option<String>,
}
/// An order with its history, fulfilments and notes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WholeOrder")]
pub struct OrderDetails {
    /// The order.
    pub order: Order,
    /// ETag of the order, for `If-Match`.
    pub etag: String,
    /// History of the order, oldest first, up to 200 items.
    pub history: Page<HistoryItem>,
    /// Fulfilments of the order, oldest first, up to 200.
    pub fulfilments: Page<Fulfilment>,
    /// Staff notes about the order, newest first, up to 20; fewer if they are long. Empty for callers without permission to read
    /// notes.
    pub notes: Page<Note>,
    /// For a draft: time to pay the order once it is placed, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_within_s: Option<u64>,
    /// Number of orders that this customer has placed, counted up to 100, without drafts. For staff with `orders` only. Absent
    /// for guest orders, because each guest basket is another guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_orders: Option<i64>,
}
impl OrderDetails {
    /// Maximum of `customer_orders`. Further orders are not counted.
    pub const CUSTOMER_ORDERS_MAX: i64 = 100;
    /// Maximum number of notes. A note can be as long as a page of text.
    pub const NOTES_MAX: u16 = 20;
}
/// Lists orders, newest first unless `sort` is given.
///
/// Customers see their own orders; a `user_id` of another user returns 404. Staff with `orders` or `payments` see all orders;
/// staff without either see only their own. Paginated: send `next_cursor` as `cursor` with the same filters until it is null. If
/// matches are rare, a page can have fewer than `limit` items although more pages follow. Drafts are listed with `status=draft`;
/// in addition, if the only criterion is the number of a draft, that draft is listed first.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrders {
    /// Filters.
    pub filter: Query<OrderFilter>,
    /// Owner or identity of the orders.
    pub selection: Query<OrderSelection>,
    /// Page to return.
    pub slice: PageParams,
}
/// Filters for a list of orders.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderFilter {
    /// Search words. Each must be the start of a word of the order: its number, its ID, the buyer's name or email, the
    /// recipient's name and city, the SKU or title of a line, or the tracking number of a fulfilment. All words must match, in
    /// any order, ignoring case and accents. At most 8 words are used. Characters other than letters and digits separate words,
    /// so `T-1` is searched as `t` and `1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// Only orders with this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<OrderStatus>,
    /// Only orders with this payment summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub payment_status: Option<PaymentSummary>,
    /// Only orders with this fulfilment summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub fulfilment_status: Option<FulfilmentSummary>,
    /// Only orders that need this kind of attention, as counted by the overview.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub attention: Option<AttentionKind>,
    /// Only orders placed at this time or later. For drafts, created at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub created_from: Option<Timestamp>,
    /// Only orders placed before this time. For drafts, created before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub created_before: Option<Timestamp>,
    /// Only orders last changed at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_from: Option<Timestamp>,
    /// Only orders last changed before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_before: Option<Timestamp>,
    /// Only orders with a total of at least this amount, such as `9.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub total_min: Option<String>,
    /// Only orders with a total of at most this amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub total_max: Option<String>,
    /// Sort order. Default: `-created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub sort: Option<OrderSort>,
}
/// Filters by owner or identity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderSelection {
    /// Only orders of this user. For staff, or your own ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub user_id: Option<UserId>,
    /// Only the order with this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 1))]
    pub number: Option<i64>,
    /// Only the order that this placement became. Stock reservations and movements name their placement.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub placement_id: Option<PlacementId>,
}
/// Sort order of a list of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OrderSort {
    /// Oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// Least recently changed first.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// Most recently changed first.
    #[serde(rename = "-updated_at")]
    UpdatedAtDown,
    /// Smallest total first.
    #[serde(rename = "total")]
    Total,
    /// Largest total first.
    #[serde(rename = "-total")]
    TotalDown,
}
/// Lists a user's orders, newest first unless `sort` is given.
///
/// Customers can list their own orders; staff with `orders` or `payments` can list those of any user. Paginated like
/// `GET /v1/orders`. Drafts are listed with `status=draft`, for staff.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/user/{user_id}", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrdersOfUser {
    /// ID of the user.
    pub user_id: Path<UserId>,
    /// Filters.
    pub filter: Query<OrderFilter>,
    /// Page to return.
    pub slice: PageParams,
}

/// Lists the payments of an order.
///
/// The list has one page with the order's payment, or no items if there is none; the same payment is the order's member
/// `payment`. Customers can read their own orders; staff with `orders` or `payments` can read any order.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/payments", scope = Buyer, reply = Json<Page<Payment>>)]
pub struct ListPaymentsOfOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Page to return.
    pub slice: PageParams,
}
/// Lists the refunds of an order, oldest first.
///
/// Customers can read their own orders; staff with `orders` or `payments` can read any order. Paginated. A refund counts against
/// the refundable balance even before it is `succeeded`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/refunds", scope = Buyer, reply = Json<Page<Refund>>)]
pub struct ListRefundsOfOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Page to return.
    pub slice: PageParams,
}

/// Lists the history of an order, oldest first.
///
/// Each item has the state of the order after the event. Comments that people wrote are included until they are erased.
#[derive(Debug, Endpoint)]
#[endpoint(name = "read_history", get = "/v1/orders/{id}/history", scope = Buyer, reply = Json<Page<HistoryItem>>)]
pub struct ListHistory {
    /// Which order.
    pub id: Path<OrderId>,
    /// Page to return.
    pub slice: PageParams,
}
/// An event in the history of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryItem {
    /// Version of the order after the event.
    pub sequence: i64,
    /// Event type.
    #[serde(rename = "type")]
    #[schemars(with = "EventType")]
    pub kind: String,
    /// Time of the event.
    pub at: Timestamp,
    /// Actor: the ID of a user, `system`, or the name of a service.
    pub actor: String,
    /// Comment about the event. Absent if there is none, or if it has been erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Totals and state after the event: an object with the schema that `x-events` gives for the event type.
    #[schemars(with = "Map<String, Value>")]
    pub data: Value,
}
impl HistoryItem {
    /// The event type, if this version knows it. The event can come from a newer version.
    pub fn event(&self) -> Option<EventType> {
        self.kind.parse().ok()
    }
}

/// Returns the contact for emails about an order, for notifications.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}/contact", scope = Service(&["notifications"]), reply = Json<Contact>)]
pub struct GetContact {
    /// ID of the order.
    pub id: Path<OrderId>,
}
/// Recipient and context of emails about an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// Order number.
    pub number: i64,
    /// Email address, if there is one.
    pub email: Option<String>,
    /// Name of the customer.
    pub name: Option<String>,
    /// Language of the emails, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Explanation of the cancellation, if the order is cancelled.
    #[serde(default)]
    pub cancel_reason: Option<String>,
    /// Access key of the order, if a guest placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_key: Option<Secret>,
    /// Time at which the payment is due, if the customer has to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_by: Option<Timestamp>,
    /// ID of the customer's account. Absent for orders placed by a guest, and in responses of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Reason why the order is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
    /// True if the last failed payment attempt failed because the provider could not be reached.
    #[serde(default)]
    pub provider_unavailable: bool,
    /// Version of the order. All its events up to this version are published or about to be published.
    #[serde(default)]
    pub version: i64,
}

checked!(OrderDetailsParams, OrderSelection);

/// The service compares the totals, because it knows the currency.
impl ValidateRequest for OrderFilter {
    fn check(&self, faults: &mut Vec<FieldError>) {
        garde(self, faults);
        let created = (self.created_from, self.created_before);
        faults.extend(FieldError::of_span("/created_before", "created_from", created));
        let updated = (self.updated_from, self.updated_before);
        faults.extend(FieldError::of_span("/updated_before", "updated_from", updated));
    }
}
