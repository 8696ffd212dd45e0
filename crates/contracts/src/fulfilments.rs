//! Fulfilments: units of an order that are packed and shipped together.

use crate::{Address, LINE, checked, not_blank, orders::*, trimmed_or_absent, trimmed_or_emptied};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Status of a fulfilment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentStatus {
    /// Waiting to be packed.
    Pending,
    /// Packed.
    Packed,
    /// Shipped, in transit.
    Shipped,
    /// Delivered.
    Delivered,
    /// Cancelled before shipping. Final.
    Cancelled,
    /// Could not be delivered.
    Failed,
    /// Returned to the shop.
    Returned,
}
impl FulfilmentStatus {
    /// Statuses that can follow. A pending fulfilment can be shipped, which also packs it.
    pub const fn next(self) -> &'static [FulfilmentStatus] {
        use FulfilmentStatus::*;
        match self {
            Pending => &[Packed, Shipped, Cancelled],
            Packed => &[Shipped, Cancelled],
            Shipped => &[Delivered, Failed],
            Failed => &[Shipped, Returned],
            Delivered | Cancelled | Returned => &[],
        }
    }
    /// True if carrier and tracking number can be updated: the fulfilment has left and is not returned. Before that, they are set
    /// when it ships.
    pub const fn can_be_corrected(self) -> bool {
        use FulfilmentStatus::*;
        match self {
            Shipped | Failed | Delivered => true,
            Pending | Packed | Cancelled | Returned => false,
        }
    }
}
/// A fulfilment: units of an order that are shipped together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fulfilment {
    /// ID of the fulfilment.
    pub id: FulfilmentId,
    /// ID of the order.
    pub order_id: OrderId,
    /// Status of the fulfilment.
    pub status: FulfilmentStatus,
    /// Units in the fulfilment.
    pub lines: Vec<LineQuantity>,
    /// Name of the carrier.
    pub carrier: Option<String>,
    /// Tracking number at the carrier.
    pub tracking_number: Option<String>,
    /// Address to which the fulfilment was shipped: the order's address at that time, not updated afterwards. If it was shipped
    /// several times, the address of the last time. Absent if it has not shipped, if the order had no address, if a version that
    /// did not store the address shipped it, and after the personal data is erased. Never part of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// Version of the fulfilment. Increases with each change.
    pub version: i64,
    /// Number of changes other than status changes: updates of carrier or tracking number, and unpacking.
    #[serde(default)]
    pub corrections: i64,
    /// Time of the last of these changes. Null if there is none.
    #[serde(default)]
    pub corrected_at: Option<Timestamp>,
    /// Order versions that these changes led to, oldest first. The order's history (`sequence`) has their actor and time.
    #[serde(default)]
    pub corrected_with: Vec<i64>,
    /// Time at which the fulfilment was created.
    pub created_at: Timestamp,
    /// Time of the last status change.
    pub updated_at: Timestamp,
    /// Status changes since creation, oldest first; the last is the current status. Updates of carrier and tracking number are
    /// not included. For changes by a version that did not store them, only the creation and the last one are included.
    #[serde(default)]
    pub steps: Vec<FulfilmentStep>,
    /// True if the fulfilment was packed when its order was cancelled, and has not been recorded as unpacked. It must not be
    /// shipped.
    #[serde(default)]
    pub to_unpack: bool,
}
/// A status change of a fulfilment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FulfilmentStep {
    /// New status.
    pub status: FulfilmentStatus,
    /// Time of the change.
    pub at: Timestamp,
    /// Order version that the change led to, as in the order's history (`sequence`). Absent if a version that did not store it
    /// made the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_version: Option<i64>,
}

/// Creates a fulfilment for open units of an order.
///
/// The order must be confirmed and not on hold. Without `lines`, the fulfilment has all open units that are in no other
/// fulfilment. It is then packed and shipped. A retry with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/fulfilments", scope = Staff(Orders), reply = CreatedWithoutEtag<Fulfilment>, error = CreateFulfilmentError)]
pub struct CreateFulfilment {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
    /// Fulfilment to create.
    pub fulfilment: Body<NewFulfilment>,
}
/// A fulfilment to create.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct NewFulfilment {
    /// Units in the fulfilment. Default: all open units that are in no other fulfilment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Option<Vec<LineQuantity>>,
    /// Name of the carrier.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub carrier: Option<String>,
    /// Tracking number at the carrier.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub tracking_number: Option<String>,
}
/// Lists an order's fulfilments, oldest first.
///
/// Customers can read their own orders; staff with `orders` or `payments` can read any order. Paginated.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/fulfilments", scope = Buyer, reply = Json<Page<Fulfilment>>)]
pub struct ListFulfilments {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Page to return.
    pub slice: PageParams,
}
/// Returns a fulfilment.
///
/// Customers can read fulfilments of their own orders; staff with `orders` or `payments` can read any fulfilment.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/fulfilments/{id}", scope = Buyer, reply = Json<Fulfilment>)]
pub struct GetFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
}
/// Marks a fulfilment as packed.
///
/// Changes the status from `pending` to `packed`; the next step is to ship it. A retry with the same `Idempotency-Key` has no
/// further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/pack", scope = Staff(Orders), reply = Json<Fulfilment>, error = PackFulfilmentError)]
pub struct PackFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
}
/// Ships a fulfilment.
///
/// Its units are removed from stock. With manual capture, the payment is captured first. A pending fulfilment is packed in the
/// same step. A fulfilment that could not be delivered can be shipped again: it takes the tracking number of this request, and
/// the previous one is removed; the carrier remains unless a new one is sent.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/ship", scope = Staff(Orders), within = 15_000, reply = Json<Fulfilment>, error = ShipFulfilmentError)]
pub struct ShipFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
    /// Details of the shipment.
    pub shipment: Body<Shipment>,
}
/// Details of a shipment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct Shipment {
    /// Name of the carrier.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub carrier: Option<String>,
    /// Tracking number at the carrier.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub tracking_number: Option<String>,
    /// Expected version of the order. If the order has another version, the request fails with `version_conflict`, so that
    /// nothing ships to an address that has been updated since it was read. The capture for this shipment causes no conflict. An
    /// `Idempotency-Key` is not bound to this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub order_version: Option<i64>,
}
/// Updates carrier and tracking number of a fulfilment, or records that it was unpacked.
///
/// Members that are absent remain unchanged. Carrier and tracking number can be updated while the status is `shipped`, `failed`
/// or `delivered`; before that, they are set when the fulfilment ships. The status remains, and no email is sent. The version of
/// the order increases, which its event consumers receive. The order can be found by the new tracking number, and by the old one,
/// which an email can have named. A retry changes nothing.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/fulfilments/{id}", scope = Staff(Orders), repeatable, reply = Json<Fulfilment>, error = UpdateFulfilmentError)]
pub struct UpdateFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Members to update.
    pub change: Body<FulfilmentChange>,
}
/// Members of a fulfilment to update.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct FulfilmentChange {
    /// Name of the carrier. An empty string or null removes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_emptied::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE), inner(custom(not_blank)))]
    pub carrier: Option<String>,
    /// Tracking number at the carrier. An empty string or null removes it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_emptied::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE), inner(custom(not_blank)))]
    pub tracking_number: Option<String>,
    /// `false` records that a fulfilment that was packed when its order was cancelled is unpacked. No other value can be set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("not" = {"const": true}))]
    #[garde(inner(custom(only_false)))]
    pub to_unpack: Option<bool>,
    /// Expected version of the fulfilment. If the fulfilment has another version, the request fails with `version_conflict`,
    /// unless it already has the values sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}
fn only_false(to_unpack: &bool, (): &()) -> garde::Result {
    if *to_unpack { Err(garde::Error::new("only false can be set")) } else { Ok(()) }
}
/// Marks a fulfilment as delivered.
///
/// Changes the status from `shipped` to `delivered`. The order is completed automatically when all units are delivered and the
/// payment is settled. A retry with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/deliver", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct DeliverFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
}
/// Cancels a fulfilment that has not been shipped.
///
/// Its units can be put into another fulfilment, or be cancelled. A retry with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/cancel", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct CancelFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
}
/// Marks a fulfilment as undeliverable.
///
/// Changes the status from `shipped` to `failed`. It can then be shipped again, or returned. A retry with the same
/// `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/fail", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct FailFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
}
/// Marks a fulfilment that could not be delivered as returned.
///
/// Changes the status from `failed` to `returned`. Stock is not changed: if the units can be sold again, staff add them with
/// `POST /v1/products/{id}/stock/adjustments`. A retry with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/return", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct ReturnFulfilment {
    /// ID of the fulfilment.
    pub id: Path<FulfilmentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
}
impl Fulfilment {
    /// The fulfilment without personal data, as it is published in events and stored in responses.
    #[must_use]
    pub fn nameless(&self) -> Fulfilment {
        Fulfilment { shipping_address: None, ..self.clone() }
    }
}
checked!(NewFulfilment, Shipment, FulfilmentChange);
