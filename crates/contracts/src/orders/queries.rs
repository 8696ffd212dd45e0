//! Reading orders: one, lists, the history, and where mails go.

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

/// Reads an order.
///
/// Your own, or anybody's for staff with `orders` or `payments`; drafts are for staff only. A guest shows the `order_key` of
/// placing it.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}", scope = Buyer, reply = Conditional<Order>)]
pub struct GetOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}
/// Reads the order with a number.
///
/// As with its ID: your own, or anybody's for staff with `orders` or `payments`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/by-number/{number}", scope = Buyer, reply = Conditional<Order>)]
pub struct GetOrderByNumber {
    /// The order's number for people, without `#`.
    pub number: Path<OrderNumber>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}
/// The number of an order as it stands in a path: digits, and no other spelling of them.
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
/// Reads an order with what belongs to it: its history, its fulfilments, and for staff with `orders` the notes.
///
/// Your own, or anybody's for staff with `orders` or `payments`. Each list is its first page: its `next_cursor` goes on in the list
/// of the same name. Of the notes it is the last ones, or those before what `notes_cursor` says. It is one read of what a page about the order shows.
#[derive(Debug, Endpoint)]
#[endpoint(name = "read_whole_order", get = "/v1/orders/{id}/whole", scope = Buyer, reply = Json<OrderDetails>)]
pub struct GetOrderDetails {
    /// Which order.
    pub id: Path<OrderId>,
    /// From where on.
    pub further: Query<OrderDetailsParams>,
}
/// From where on an order is read whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderDetailsParams {
    /// The `next_cursor` of the page of notes before; the newest stand on the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = PageParams::CURSOR_LENGTH_MAX))]
    pub notes_cursor: Option<String>,
}
/// An order with what belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WholeOrder")]
pub struct OrderDetails {
    /// The order.
    pub order: Order,
    /// The ETag that the order has, for `If-Match`.
    pub etag: String,
    /// What happened to it, oldest first, up to 200.
    pub history: Page<HistoryItem>,
    /// Its fulfilments, oldest first, up to 200.
    pub fulfilments: Page<Fulfilment>,
    /// What staff noted about it, newest first, up to 20 and fewer where they are long; none for who may not read notes.
    pub notes: Page<Note>,
    /// Of a draft: so many seconds it has to be paid, once it is placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_within_s: Option<u64>,
    /// For staff with `orders`: how many orders this customer has placed by now, counted up to 100. No draft is counted,
    /// and of a guest nothing is told, who is another one with each basket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_orders: Option<i64>,
}
impl OrderDetails {
    /// More orders of a customer are not counted.
    pub const CUSTOMER_ORDERS_MAX: i64 = 100;
    /// So many notes it has at most: each may be as long as a page of text.
    pub const NOTES_MAX: u16 = 20;
}
/// Lists orders, newest first unless `sort` says otherwise: your own, or all of them for staff.
///
/// One page at a time: send `next_cursor` as `cursor` for the next one, with the same filters, until it is null.
/// Where what is looked for is rare, a page can hold fewer than `limit`, and there is more all the same. Drafts are
/// listed by `status=draft`; where all that is looked for is the number of one, it stands first. Staff see them all with `orders`
/// or `payments`, and nobody's without. Orders of another user are not there for customers: 404.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrders {
    /// Which orders.
    pub filter: Query<OrderFilter>,
    /// Whose, or which one.
    pub selection: Query<OrderSelection>,
    /// Which page.
    pub slice: PageParams,
}
/// Which orders to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderFilter {
    /// What words of it begin with: its number, its id, the buyer's name or e-mail, the name and city that it goes to,
    /// the SKU or title of a line, the tracking number of a parcel. All of them, in any order, whatever their case and accents.
    /// Eight words count. What is neither letter nor digit ends a word, so `T-1` is found as `t` and `1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 200))]
    pub q: Option<String>,
    /// Only those in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<OrderStatus>,
    /// Only those whose payment is this, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub payment_status: Option<PaymentSummary>,
    /// Only those whose fulfilment is this, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub fulfilment_status: Option<FulfilmentSummary>,
    /// Only those that wait for somebody in this way: what the overview counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub attention: Option<AttentionKind>,
    /// Only those placed then or later; of drafts, those created then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub created_from: Option<Timestamp>,
    /// Only those placed before then; of drafts, those created before then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub created_before: Option<Timestamp>,
    /// Only those last changed then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_from: Option<Timestamp>,
    /// Only those last changed before then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub updated_before: Option<Timestamp>,
    /// Only those with a total of so much or more, such as `9.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub total_min: Option<String>,
    /// Only those with a total of so much or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<AmountInput>")]
    #[garde(skip)]
    pub total_max: Option<String>,
    /// The order; `-created_at` where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub sort: Option<OrderSort>,
}
/// Which orders to list, of those that may be anybody's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderSelection {
    /// Only those of this user: for staff, or your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub user_id: Option<UserId>,
    /// Only the one with this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 1))]
    pub number: Option<i64>,
    /// Only the one that this placing became: stock names those who hold it by their placings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub placement_id: Option<PlacementId>,
}
/// The order of a list of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OrderSort {
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// What was changed longest ago first.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// What was changed last first.
    #[serde(rename = "-updated_at")]
    UpdatedAtDown,
    /// The smallest total first.
    #[serde(rename = "total")]
    Total,
    /// The largest total first.
    #[serde(rename = "-total")]
    TotalDown,
}
/// Lists a user's orders, newest first unless `sort` says otherwise: your own, or anybody's for staff.
///
/// One page at a time, as `GET /v1/orders` does it. Drafts are listed by `status=draft`, for staff. Staff
/// need `orders` or `payments`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/user/{user_id}", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrdersOfUser {
    /// Whose.
    pub user_id: Path<UserId>,
    /// Which of them.
    pub filter: Query<OrderFilter>,
    /// Which page.
    pub slice: PageParams,
}

/// Lists the payments of an order: the one that it has, or none.
///
/// Of your own orders, or of any for staff with `orders` or `payments`. There is one page of it. The same payment stands in the order itself, as `payment`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/payments", scope = Buyer, reply = Json<Page<Payment>>)]
pub struct ListPaymentsOfOrder {
    /// Of which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: PageParams,
}
/// Lists the refunds of an order, oldest first.
///
/// Of your own orders, or of any for staff with `orders` or `payments`, one page at a time; a refund that is not `succeeded` yet claims its amount
/// all the same.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/refunds", scope = Buyer, reply = Json<Page<Refund>>)]
pub struct ListRefundsOfOrder {
    /// Of which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: PageParams,
}

/// Reads what happened to an order, oldest first.
///
/// Each item has the figures of the order after it; what people wrote stands beside them until it is erased.
#[derive(Debug, Endpoint)]
#[endpoint(name = "read_history", get = "/v1/orders/{id}/history", scope = Buyer, reply = Json<Page<HistoryItem>>)]
pub struct ListHistory {
    /// Which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: PageParams,
}
/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryItem {
    /// The order's version after it.
    pub sequence: i64,
    /// What happened.
    #[serde(rename = "type")]
    #[schemars(with = "EventType")]
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Who did it: a user's id, `system`, or the name of a service.
    pub actor: String,
    /// What somebody wrote about it, unless that has been erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The figures afterwards: an object of the schema that `x-events` has for its type.
    #[schemars(with = "Map<String, Value>")]
    pub data: Value,
}
impl HistoryItem {
    /// What happened, where this version has a name for it: whoever tells it may be newer.
    pub fn event(&self) -> Option<EventType> {
        self.kind.parse().ok()
    }
}

/// Where mails about an order go, for notifications.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}/contact", scope = Service(&["notifications"]), reply = Json<Contact>)]
pub struct GetContact {
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
    /// In which language to write, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What was written about its cancellation, where it is cancelled.
    #[serde(default)]
    pub cancel_reason: Option<String>,
    /// What opens the order, where a guest has placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_key: Option<Secret>,
    /// Until when it is to be paid, where it waits for whoever ordered to do so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_by: Option<Timestamp>,
    /// The account that has the order; absent where a guest has it, and in the answer of an older version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Who cancelled the order, where it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
    /// Whether the last attempt to pay for it that failed did so because the provider could not be reached.
    #[serde(default)]
    pub provider_unavailable: bool,
    /// The order's version: all its events up to this one have been published or are about to be.
    #[serde(default)]
    pub version: i64,
}

checked!(OrderDetailsParams, OrderSelection);

/// Which total is more than another the service says, which knows the currency.
impl ValidateRequest for OrderFilter {
    fn check(&self, faults: &mut Vec<FieldError>) {
        garde(self, faults);
        let created = (self.created_from, self.created_before);
        faults.extend(FieldError::of_span("/created_before", "created_from", created));
        let updated = (self.updated_from, self.updated_before);
        faults.extend(FieldError::of_span("/updated_before", "updated_from", updated));
    }
}
