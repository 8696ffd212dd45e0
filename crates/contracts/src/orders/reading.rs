//! Reading orders: one, lists, the history, and where mails go.

use super::{Order, OrderStatus};
use crate::checked;
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Reads an order.
///
/// Your own, or anybody's for staff; drafts are for staff only.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}", scope = User, reply = Fresh<Order>)]
pub struct GetOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// An ETag that you have.
    pub known: IfNoneMatch,
}
/// Lists orders, newest first: your own, or all of them for staff.
///
/// Drafts are listed by `status=draft`, for staff.
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
    /// Only the one that this placing became: stock names those who hold it by their placings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub placement_id: Option<PlacementId>,
}
/// Lists a user's orders, newest first: your own, or anybody's for staff.
///
/// Drafts are not among them.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/user/{user_id}", scope = User, reply = Json<Page<Order>>)]
pub struct ListOrdersOfUser {
    /// Whose.
    pub user_id: Path<UserId>,
    /// Which page.
    pub slice: Slice,
}

/// Reads what happened to an order, oldest first.
///
/// Each item has the figures of the order after it; what people wrote stands beside them until it is erased.
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
    /// What somebody wrote about it, unless that has been erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The figures afterwards.
    pub data: Value,
}

/// Where mails about an order go, for notifications.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}/contact", scope = Service(&["notifications"]), reply = Json<Contact>)]
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
    /// What was written about its cancellation, where it is cancelled.
    #[serde(default)]
    pub cancel_reason: Option<String>,
}

checked!(OrderFilter);
