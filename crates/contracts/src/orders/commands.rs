//! Changing an order: paying, cancelling, refunding, setting its state.

use super::{Action, CancelOrderError, Order, OrderStatus, SetOrderStatusError};
use crate::{LINE, checked, line, payments::*, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::id::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Pays an order: what it owes (`owed`).
///
/// Your own, or anybody's for staff with `orders` or `payments`, who may take a card for a customer. There is one payment for
/// each order; a declined attempt leaves it open for another.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/payments", scope = Buyer, within = 15_000, reply = CreatedWithoutEtag<Payment>, error = PayOrderError)]
pub struct PayOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// How.
    pub method: Body<PaymentMethod>,
}
/// How to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct PaymentMethod {
    /// The provider's token for the card or account; `offline` for money that staff have in hand;
    /// `existing_charge` for staff who take over a charge of `GET /v1/unknown-charges`.
    #[garde(length(chars, min = 1, max = 200), pattern(LINE))]
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
    /// Use another card, until `payment_due_at`. A retry with the same idempotency key returns the result of that attempt again;
    /// `payment` has the current `status`.
    #[status(402)]
    PaymentDeclined {
        /// The payment, with the attempt that failed.
        payment: Box<Payment>,
    },
    /// The payment provider cannot be reached.
    /// Nothing was charged, and the card was not declined. Retry the same request with the same idempotency key after `Retry-After`
    /// seconds, until `payment_due_at`; each retry makes another attempt.
    #[status(503)]
    ProviderUnavailable {
        /// The payment, with the attempt that did not reach the provider.
        payment: Box<Payment>,
        /// In seconds.
        retry_after: u32,
    },
    /// Unknown payment method.
    /// Use one of the methods that the provider offers.
    #[status(422)]
    UnknownPaymentMethod {
        /// Where in the request.
        errors: Vec<FieldError>,
    },
    /// The order is already paid.
    /// No action needed.
    #[status(409)]
    AlreadyPaid,
    /// Another payment attempt is in progress.
    /// Wait for its result, or read the payment.
    #[status(409)]
    PaymentInProgress,
    /// The payment attempt limit is reached.
    /// Contact the shop, which can record an offline payment, or place another order.
    #[status(409)]
    TooManyAttempts,
    /// Action not allowed in the order's current status.
    /// Choose an action listed in `allowed`.
    #[status(409)]
    IllegalTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// What can be asked of it.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
}

/// Cancels an order, or some of its units.
///
/// Your own, while nothing of it has shipped, or anybody's for staff with `orders`. Once units have shipped, what is still open is cancelled, by staff. Money that was captured is refunded; of some units their
/// price, adjustments stay in full until all is cancelled. An order that waits for its payment is cancelled as a whole. An order
/// that is cancelled already, or being cancelled, stays as it is (200), whatever the key. Where nothing is left to cancel, because
/// all of it has shipped, is complete or has expired, that is refused (409), with what can be done instead in `allowed`.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/cancel", scope = Buyer, within = 15_000, reply = WithEtag<Order>, error = CancelOrderError)]
pub struct CancelOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// The ETag that the decision is based on; a repeat under the same key is answered whatever has changed since.
    pub based_on: IfMatch,
    /// Why, and what of it.
    pub cancellation: Body<Cancellation>,
}
/// Why to cancel, and what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct Cancellation {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub reason: Option<String>,
    /// Only these units; for staff, and of an order that is confirmed: one that is not paid is cancelled as a whole. All that
    /// is open when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(min = 1, max = 100), dive)]
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
/// Brings an order into a state, by staff.
///
/// `confirmed` records an offline payment, `shipped` ships all open units, `delivered` notes that all shipments
/// arrived, `completed` is what it says, and `cancelled` cancels what is open: the order, or what has not shipped of it. An
/// order that is there already stays as it is (200). What cannot be done is refused (409), with what can in `targets`: an order of
/// which nothing is open any more, such as one that is completed, cannot be cancelled. `confirmed` takes the permission `payments` besides `orders`.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/v1/orders/{id}", scope = Staff(Orders), within = 15_000, reply = WithEtag<Order>, error = SetOrderStatusError)]
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
    /// All shipments arrived. Not while one could not be delivered and is not back.
    Delivered,
    /// Done.
    Completed,
    /// Cancelled.
    Cancelled,
}

/// Gives money of an order back.
///
/// All that is left of it where no amount is sent. The order stays as it is, and what has not shipped still ships, unless
/// it is cancelled, which gives the money back by itself. Who gives back all that an order has left to give, while something
/// of it is still to be sent, holds it back with that: it has the hold `manual`, with the `hold_reason` `refunded in full`,
/// and ships only after `POST /v1/orders/{id}/release`, or once the refund was withdrawn. What has left already is not held,
/// unless it cannot be delivered and could be sent once more.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/refunds", scope = Staff(Payments), within = 15_000, reply = CreatedWithoutEtag<Refund>, error = RefundError)]
pub struct RefundOrder {
    /// Which order.
    pub id: Path<OrderId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// How much, and why.
    pub refund: Body<NewRefund>,
}

checked!(PaymentMethod, Cancellation);
unchecked!(OrderTarget);
