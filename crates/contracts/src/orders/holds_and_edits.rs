//! Holding and releasing an order, and updating its shipping details.

use super::{HoldOrderError, Order, UpdateOrderError};
use crate::{
    Address, LINE, Metadata, MetadataInput, PROSE, checked, given, given_or_emptied, line, metadata_form,
    not_blank, prose_or_emptied,
};
use endpoint::*;
use garde::Validate;
use kernel::id::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Puts an order on hold, so that it cannot be packed or shipped.
///
/// Everything else continues. The hold is independent of the holds that the system sets, and ends only with
/// `POST /v1/orders/{id}/release`. For an order that staff have already put on hold, the request updates the reason.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/hold", scope = Staff(Orders), repeatable, reply = WithEtag<Order>, error = HoldOrderError)]
pub struct HoldOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// ETag on which the decision is based.
    pub based_on: IfMatch,
    /// Reason for the hold.
    pub hold: Body<NewHold>,
}
/// A manual hold to set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewHold {
    /// Reason for the hold. Visible to staff.
    #[serde(deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, min = 1, max = 500), pattern(LINE), custom(not_blank))]
    pub reason: String,
}
/// Ends the manual hold of an order.
///
/// The order can then be shipped if it has no other hold. Holds of the system cannot be released: `payment` ends when the order
/// is paid again, `stock_short` and `stock_missing` when there is enough stock. An order without a manual hold remains unchanged
/// (200); `holds` in the response lists the remaining holds.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/release", scope = Staff(Orders), repeatable, reply = WithEtag<Order>, error = HoldOrderError)]
pub struct ReleaseOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// ETag on which the decision is based.
    pub based_on: IfMatch,
}

/// Updates the shipping address, note or metadata of an order.
///
/// Members that are absent remain unchanged. The owner can update address and note until a unit is packed or shipped. Staff can
/// update them while units are open, or while a fulfilment that could not be delivered is not returned; the new address applies
/// to everything shipped from then on. Staff can update metadata at any time. Staff can also update address, note and metadata of
/// a draft; its lines are updated with `PATCH /v1/orders/drafts/{id}`.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/orders/{id}", scope = Buyer, reply = WithEtag<Order>, error = UpdateOrderError)]
pub struct UpdateOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// ETag on which the change is based.
    pub based_on: IfMatch,
    /// Members to update.
    pub change: Body<OrderChange>,
}
/// Members of an order to update.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderChange {
    /// Shipping address. Null removes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[garde(dive)]
    #[schemars(with = "Option<Address>")]
    pub shipping_address: Option<Option<Address>>,
    /// Note of the customer. An empty string or null removes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "prose_or_emptied::<2000, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, replaced as a whole. Visible to everyone who can read the order, including the customer. Null removes all
    /// of it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_or_emptied")]
    #[schemars(with = "Option<MetadataInput>")]
    #[garde(inner(custom(metadata_form)))]
    pub metadata: Option<Metadata>,
    /// Expected version of the order. If the order has another version, the request fails with `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}

checked!(NewHold, OrderChange);
