//! Holding an order back, and correcting what it is sent with.

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

/// Keeps an order from being packed and shipped, by staff; everything else goes on.
///
/// It stands beside the holds that the system sets, and ends by `POST /v1/orders/{id}/release` only. Holding an
/// order that staff hold already changes the reason.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/hold", scope = Staff(Orders), repeatable, reply = WithEtag<Order>, error = HoldOrderError)]
pub struct HoldOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
    /// Why.
    pub hold: Body<NewHold>,
}
/// Why an order is held back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewHold {
    /// Why; staff can read it.
    #[serde(deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, min = 1, max = 500), pattern(LINE), custom(not_blank))]
    pub reason: String,
}
/// Ends the hold that staff have set; the order can be shipped if no other hold stands.
///
/// Holds of the system are not released: `payment` ends once the order is paid again, `stock_short` and `stock_missing` once
/// there is enough. An order that staff do not hold stays as it is (200): `holds` of the answer tells what still stands.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/release", scope = Staff(Orders), repeatable, reply = WithEtag<Order>, error = HoldOrderError)]
pub struct ReleaseOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// The ETag that the decision is based on.
    pub based_on: IfMatch,
}

/// Corrects an order: what is absent stays.
///
/// Address and note can be corrected by the owner while nothing is packed or shipped, and by staff while something is open, or a
/// parcel could not be delivered and is not back: what is sent from then on goes there. Metadata are changed by staff at any time. So can those of a draft, by staff; its lines are changed by `PATCH /v1/orders/drafts/{id}`.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/orders/{id}", scope = Buyer, reply = WithEtag<Order>, error = UpdateOrderError)]
pub struct UpdateOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// The ETag that the change is based on.
    pub based_on: IfMatch,
    /// What changes.
    pub change: Body<OrderChange>,
}
/// What changes of an order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct OrderChange {
    /// Where it goes; null takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[garde(dive)]
    #[schemars(with = "Option<Address>")]
    pub shipping_address: Option<Option<Address>>,
    /// What the customer notes; an empty text or null takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "prose_or_emptied::<2000, _>")]
    #[garde(length(chars, max = 2000), pattern(PROSE), inner(custom(not_blank)))]
    pub note: Option<String>,
    /// Your own data, all of it, shown to everybody who reads the order, the customer, too; null is none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given_or_emptied")]
    #[schemars(with = "Option<MetadataInput>")]
    #[garde(inner(custom(metadata_form)))]
    pub metadata: Option<Metadata>,
    /// Refused with `version_conflict` if the order's is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}

checked!(NewHold, OrderChange);
