//! Charges that the payment provider has made and Ordo has forgotten, as staff see them.

use endpoint::*;
use kernel::{Money, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The method that takes over a charge which the provider has made and Ordo has forgotten: nothing is charged anew.
pub const EXISTING_CHARGE: &str = "existing_charge";

/// A charge that the payment provider has made and Ordo has forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnknownCharge {
    /// The charge's id in Ordo.
    pub id: UnknownChargeId,
    /// The order that the provider has noted with it. It may have been lost as well.
    pub order_id: OrderId,
    /// Where it is.
    pub status: UnknownChargeStatus,
    /// How much was to be charged.
    pub amount: Money,
    /// What of that was captured, as the provider last said.
    pub captured: Money,
    /// What of that was given back, as the provider last said.
    pub refunded: Money,
    /// The provider's name for it.
    pub reference: String,
    /// When the provider made it.
    pub created_at: Timestamp,
    /// When Ordo found it.
    pub found_at: Timestamp,
}
/// Where a charge is that Ordo has forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownChargeStatus {
    /// The provider has not decided on it: it may wait for the customer.
    Pending,
    /// Money is authorized, and none of it is captured yet.
    Authorized,
    /// Money is captured.
    Captured,
    /// Staff have asked to give it back; it is tried again until it has gone back.
    Refunding,
    /// It holds no money any more: it was refunded or voided, or ended by itself.
    Refunded,
}
/// Lists the charges that the payment provider has made and Ordo has forgotten, oldest first.
///
/// They are there when the shop goes on from an older copy of its database: the provider keeps what it has charged in the lost
/// time. It is asked when the shop starts, and again an hour later. Refund a charge, or, where its order is still there, take
/// it over: pay the order (`POST /v1/orders/{id}/payments`) with the method `existing_charge`, which never charges anew. A charge
/// that was refunded or taken over is no longer listed.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/unknown-charges", scope = Staff(Payments), reply = Json<Page<UnknownCharge>>)]
pub struct ListUnknownCharges {
    /// Which page.
    pub slice: PageParams,
}
/// Gives a charge back that Ordo has forgotten.
///
/// All of its money goes back, an authorization is voided, and what the provider has not decided on is ended. The answer tells how
/// far that is: `refunding` is tried again by itself, until it is `refunded`. Asking again changes nothing. An order that is
/// paid later is charged anew.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/unknown-charges/{id}/refund", scope = Staff(Payments), within = 15_000, repeatable, reply = Json<UnknownCharge>, error = RefundUnknownChargeError)]
pub struct RefundUnknownCharge {
    /// Which charge.
    pub id: Path<UnknownChargeId>,
}
/// Why a charge was not given back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefundUnknownChargeError {
    /// The charge belongs to the order's payment.
    /// To return the money, refund the payment.
    #[status(409)]
    ChargeTakenOver,
}
