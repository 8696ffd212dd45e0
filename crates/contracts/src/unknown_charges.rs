//! Unknown charges: charges that only the payment provider knows, as returned to staff.

use endpoint::*;
use kernel::{Money, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Payment method that takes over an unknown charge. Nothing is charged again.
pub const EXISTING_CHARGE: &str = "existing_charge";

/// A charge that only the payment provider knows, and Ordo has lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnknownCharge {
    /// ID of the charge in Ordo.
    pub id: UnknownChargeId,
    /// ID of the order that the provider stored with the charge. The order can be lost as well.
    pub order_id: OrderId,
    /// Status of the charge.
    pub status: UnknownChargeStatus,
    /// Amount to charge.
    pub amount: Money,
    /// Amount captured, as last reported by the provider.
    pub captured: Money,
    /// Amount refunded, as last reported by the provider.
    pub refunded: Money,
    /// The provider's reference of the charge.
    pub reference: String,
    /// Time at which the provider created the charge.
    pub created_at: Timestamp,
    /// Time at which Ordo found the charge.
    pub found_at: Timestamp,
}
/// Status of an unknown charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownChargeStatus {
    /// The provider has not decided on the charge; it can be waiting for the customer.
    Pending,
    /// Authorized, not captured.
    Authorized,
    /// Captured.
    Captured,
    /// Staff have requested a refund. It is retried until it succeeds.
    Refunding,
    /// The charge holds no money any more: it was refunded or voided, or it ended without action.
    Refunded,
}
/// Lists unknown charges, oldest first.
///
/// Such charges exist after the shop was restored from an older copy of its database, because the provider keeps the charges of
/// the lost time. The provider is queried when the shop starts, and again 1 hour later. Refund a charge; or, if its order still
/// exists, take the charge over by paying the order (`POST /v1/orders/{id}/payments`) with the method `existing_charge`, which
/// never charges again. Charges that were refunded or taken over are no longer listed.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/unknown-charges", scope = Staff(Payments), reply = Json<Page<UnknownCharge>>)]
pub struct ListUnknownCharges {
    /// Page to return.
    pub slice: PageParams,
}
/// Refunds an unknown charge.
///
/// Captured money is refunded in full, an authorization is voided, and an undecided charge is ended. The response has the status:
/// `refunding` is retried automatically until it is `refunded`. A retry changes nothing. If the order is paid later, that is a
/// new charge.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/unknown-charges/{id}/refund", scope = Staff(Payments), within = 15_000, repeatable, reply = Json<UnknownCharge>, error = RefundUnknownChargeError)]
pub struct RefundUnknownCharge {
    /// ID of the charge.
    pub id: Path<UnknownChargeId>,
}
/// Reason why a charge was not refunded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefundUnknownChargeError {
    /// The charge belongs to the order's payment.
    /// To return the money, refund the payment.
    #[status(409)]
    ChargeTakenOver,
}
