//! Fulfilments: what is packed and shipped together.

use crate::{Address, LINE, checked, not_blank, orders::*, trimmed_or_absent, trimmed_or_emptied};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a fulfilment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentStatus {
    /// To be packed.
    Pending,
    /// Packed.
    Packed,
    /// On its way.
    Shipped,
    /// Arrived.
    Delivered,
    /// Not sent, for ever.
    Cancelled,
    /// Could not be delivered.
    Failed,
    /// Came back.
    Returned,
}
impl FulfilmentStatus {
    /// The states that can follow a step. A pending one can be shipped: it is packed in the same step.
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
    /// Whether carrier and number can be corrected: it has left and is not back. Until then they are said as it is shipped.
    pub const fn can_be_corrected(self) -> bool {
        use FulfilmentStatus::*;
        match self {
            Shipped | Failed | Delivered => true,
            Pending | Packed | Cancelled | Returned => false,
        }
    }
}
/// A fulfilment: some units of an order that are shipped together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fulfilment {
    /// The fulfilment's id.
    pub id: FulfilmentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Where it is.
    pub status: FulfilmentStatus,
    /// What is in it.
    pub lines: Vec<LineQuantity>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking_number: Option<String>,
    /// Where it was sent: the order's address of that moment, however that was corrected since, and of the last time where it
    /// was sent more than once. Absent while it has not shipped, where nobody had said where to, where it was shipped by a
    /// version that did not keep it, and once the person was erased. Events never tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// Counts its changes.
    pub version: i64,
    /// How many of its changes were no steps: that carrier or number were corrected, or that it was taken apart.
    #[serde(default)]
    pub corrections: i64,
    /// When the last of these was.
    #[serde(default)]
    pub corrected_at: Option<Timestamp>,
    /// The versions to which its order came by them, as its history has it (`sequence`), the oldest first: who
    /// made them, and when, is told there.
    #[serde(default)]
    pub corrected_with: Vec<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it came into its state.
    pub updated_at: Timestamp,
    /// What became of it since it was made, the oldest first: the last is the state in which it is. Corrections are none of them.
    /// Of what a version did that did not keep them, only the making and the last are told.
    #[serde(default)]
    pub steps: Vec<FulfilmentStep>,
    /// It was packed as its order was cancelled, and nobody has noted that it was taken apart: it must not be sent.
    #[serde(default)]
    pub to_unpack: bool,
}
/// A fulfilment came into a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FulfilmentStep {
    /// Which one.
    pub status: FulfilmentStatus,
    /// When.
    pub at: Timestamp,
    /// The version to which its order came by that, as its history has it (`sequence`). Absent where a version did it that did
    /// not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_version: Option<i64>,
}

/// Makes a fulfilment of an order.
///
/// Of some or all open units of a confirmed order that is not on hold; without `lines`, of all that are open and in
/// no other fulfilment. Next it is packed and shipped. A repeat under the same `Idempotency-IdempotencyKey` has no further
/// effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/fulfilments", scope = Staff(Orders), reply = CreatedWithoutEtag<Fulfilment>, error = CreateFulfilmentError)]
pub struct CreateFulfilment {
    /// Of which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// What is in it.
    pub fulfilment: Body<NewFulfilment>,
}
/// A fulfilment to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct NewFulfilment {
    /// What is in it; all that is open and in no other fulfilment when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Option<Vec<LineQuantity>>,
    /// Who carries it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub carrier: Option<String>,
    /// The carrier's number for it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub tracking_number: Option<String>,
}
/// Lists an order's fulfilments, oldest first.
///
/// Of your own orders, or of any for staff with `orders` or `payments`; the oldest first, one page at a time.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/orders/{id}/fulfilments", scope = Buyer, reply = Json<Page<Fulfilment>>)]
pub struct ListFulfilments {
    /// Of which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: PageParams,
}
/// Reads a fulfilment.
///
/// Of your own orders, or of any for staff with `orders` or `payments`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/fulfilments/{id}", scope = Buyer, reply = Json<Fulfilment>)]
pub struct GetFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
}
/// Notes that a fulfilment is packed.
///
/// From `pending` to `packed`; next it is shipped. A repeat under the same `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/pack", scope = Staff(Orders), reply = Json<Fulfilment>, error = PackFulfilmentError)]
pub struct PackFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
}
/// Ships a fulfilment: its units leave the stock, and under manual capture the money is captured first.
///
/// A pending one is packed in the same step. One that could not be delivered is sent once more, with the tracking number of this
/// time: that of the time before does not stay; who carries it does, unless it is said anew.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/ship", scope = Staff(Orders), within = 15_000, reply = Json<Fulfilment>, error = ShipFulfilmentError)]
pub struct ShipFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
    /// How.
    pub shipment: Body<Shipment>,
}
/// How a fulfilment is shipped.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct Shipment {
    /// Who carries it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub carrier: Option<String>,
    /// The carrier's number for it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_absent::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE))]
    pub tracking_number: Option<String>,
    /// Refused with `version_conflict` if its order's is another: nothing leaves on what was read before somebody corrected the
    /// address. Taking the money for it breaks nothing. It is no part of what an `Idempotency-IdempotencyKey` is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub order_version: Option<i64>,
}
/// Corrects who carries a fulfilment, and its number there, or notes that it was taken apart: what is absent stays.
///
/// Carrier and number while it is `shipped`, `failed` or `delivered`; before that, they are said as it is shipped. Its state stays,
/// and no mail goes out. Its order comes to another version, of which whoever follows it hears, and is found by the new number and,
/// as a mail may have told it, by the old one. A repeat changes nothing.
#[derive(Debug, Endpoint)]
#[endpoint(patch = "/v1/fulfilments/{id}", scope = Staff(Orders), repeatable, reply = Json<Fulfilment>, error = UpdateFulfilmentError)]
pub struct UpdateFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// What changes.
    pub change: Body<FulfilmentChange>,
}
/// What changes of a fulfilment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct FulfilmentChange {
    /// Who carries it; an empty text or null takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_emptied::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE), inner(custom(not_blank)))]
    pub carrier: Option<String>,
    /// The carrier's number for it; an empty text or null takes it away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed_or_emptied::<100, _>")]
    #[garde(length(chars, max = 100), pattern(LINE), inner(custom(not_blank)))]
    pub tracking_number: Option<String>,
    /// `false`: what was packed as its order was cancelled is taken apart. It becomes nothing else by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("not" = {"const": true}))]
    #[garde(inner(custom(only_false)))]
    pub to_unpack: Option<bool>,
    /// Refused with `version_conflict` if the fulfilment's is another, unless it says already what is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub version: Option<i64>,
}
fn only_false(to_unpack: &bool, (): &()) -> garde::Result {
    if *to_unpack { Err(garde::Error::new("can become false alone")) } else { Ok(()) }
}
/// Notes that a fulfilment has arrived.
///
/// From `shipped` to `delivered`. The order is completed by itself once all is delivered and settled. A repeat
/// under the same `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/deliver", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct DeliverFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
}
/// Cancels a fulfilment that has not been shipped.
///
/// Its units are open again, and can be put into another fulfilment or be cancelled. A repeat under the same
/// `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/cancel", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct CancelFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
}
/// Notes that a fulfilment could not be delivered.
///
/// From `shipped` to `failed`. Next it is shipped again, or it comes back. A repeat under the same
/// `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/fail", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct FailFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
}
/// Notes that a fulfilment which could not be delivered came back.
///
/// From `failed` to `returned`. Whether the goods can be sold again is for staff to say: `POST
/// /v1/products/{id}/stock/adjustments` puts them back on the shelf. A retry_on_conflict under the same `Idempotency-Key` has
/// no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/fulfilments/{id}/return", scope = Staff(Orders), reply = Json<Fulfilment>, error = FulfilmentTransitionError)]
pub struct ReturnFulfilment {
    /// Which one.
    pub id: Path<FulfilmentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
}
impl Fulfilment {
    /// The same without what names a person: as it may be told in events and stored in answers.
    #[must_use]
    pub fn nameless(&self) -> Fulfilment {
        Fulfilment { shipping_address: None, ..self.clone() }
    }
}
checked!(NewFulfilment, Shipment, FulfilmentChange);
