//! Commands on an order: pay, cancel, refund, set its status.

use super::{Action, CancelOrderError, Order, OrderStatus, SetOrderStatusError};
use crate::{LINE, checked, line, payments::*, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::id::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Pays the amount due of an order (`owed`).
///
/// Customers can pay their own orders. Staff with `orders` or `payments` can pay any order, such as with a customer's card. An
/// order has one payment; after a declined attempt, another attempt can be made.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/payments", scope = Buyer, within = 15_000, reply = CreatedWithoutEtag<Payment>, error = PayOrderError)]
pub struct PayOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
    /// Payment method and capture mode.
    pub method: Body<PaymentMethod>,
}
/// Payment method and capture mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct PaymentMethod {
    /// The provider's token for the card or account; `offline` for money that staff have received; `existing_charge` for staff to
    /// take over a charge listed by `GET /v1/unknown-charges`.
    #[garde(length(chars, min = 1, max = 200), pattern(LINE))]
    #[schemars(example = &"sim_ok")]
    pub method: String,
    /// Time of the capture: immediately (`automatic`), or when the order ships (`manual`).
    #[serde(default)]
    #[garde(skip)]
    pub capture: CaptureMode,
}
/// Reason why an order was not paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PayOrderError {
    /// The payment was declined.
    /// Use another card, until `payment_due_at`. A retry with the same idempotency key returns the result of that attempt again;
    /// `payment` has the current `status`.
    #[status(402)]
    PaymentDeclined {
        /// The payment, with the failed attempt.
        payment: Box<Payment>,
    },
    /// The payment provider cannot be reached.
    /// Nothing was charged, and the card was not declined. Retry the same request with the same idempotency key after `Retry-After`
    /// seconds, until `payment_due_at`; each retry makes another attempt.
    #[status(503)]
    ProviderUnavailable {
        /// The payment, with the attempt that did not reach the provider.
        payment: Box<Payment>,
        /// Time until a retry, in seconds.
        retry_after: u32,
    },
    /// Unknown payment method.
    /// Use one of the methods that the provider offers.
    #[status(422)]
    UnknownPaymentMethod {
        /// Location in the request.
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
        /// Status of the order.
        #[serde(rename = "current_status")]
        status: OrderStatus,
        /// Actions that the caller can take on the order now.
        #[serde(deserialize_with = "crate::known_ones")]
        allowed: Vec<Action>,
    },
}

/// Cancels an order, or some of its units.
///
/// Customers can cancel their own orders while no unit has shipped; staff with `orders` can cancel any order. Once units have
/// shipped, staff cancel the units that are still open. Captured money is refunded: for some units, their price; adjustments are
/// refunded only when everything is cancelled. An unpaid order can only be cancelled in full. An order that is cancelled or being
/// cancelled remains unchanged (200), with any key. If nothing is left to cancel because the order is fully shipped, completed or
/// expired, the request fails (409), and `allowed` lists the possible actions.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/cancel", scope = Buyer, within = 15_000, reply = WithEtag<Order>, error = CancelOrderError)]
pub struct CancelOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
    /// ETag on which the decision is based. A retry with the same key returns the result even if the order has changed since.
    pub based_on: IfMatch,
    /// Reason for the cancellation, and the units to cancel.
    pub cancellation: Body<Cancellation>,
}
/// Reason for a cancellation, and the units to cancel.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct Cancellation {
    /// Reason for the cancellation.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub reason: Option<String>,
    /// Units to cancel. For staff, and for confirmed orders only; an unpaid order is cancelled in full. Default: all open units.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(min = 1, max = 100), dive)]
    pub lines: Option<Vec<LineQuantity>>,
}
/// A number of units of an order line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct LineQuantity {
    /// ID of the line.
    #[garde(skip)]
    pub line_id: LineId,
    /// Number of units.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}
/// Sets the status of an order.
///
/// `confirmed` records an offline payment, `shipped` ships all open units, `delivered` marks all shipments as delivered,
/// `completed` completes the order, and `cancelled` cancels the order, or the units that have not shipped. An order that already
/// has the status remains unchanged (200). A status that is not possible is rejected (409), and `targets` lists those that are:
/// an order without open units, such as a completed one, cannot be cancelled. `confirmed` requires the permission `payments` in
/// addition to `orders`.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/v1/orders/{id}", scope = Staff(Orders), within = 15_000, reply = WithEtag<Order>, error = SetOrderStatusError)]
pub struct SetOrderStatus {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// ETag on which the decision is based.
    pub based_on: IfMatch,
    /// Target status.
    pub target: Body<OrderTarget>,
}
/// The status that an order is to have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderTarget {
    /// Target status.
    pub status: TargetStatus,
    /// Expected version of the order. If the order has another version, the request fails with `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}
/// Status that staff can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetStatus {
    /// Paid offline.
    Confirmed,
    /// All open units shipped.
    Shipped,
    /// All shipments delivered. Not possible while a shipment that could not be delivered is not returned.
    Delivered,
    /// Nothing left to do.
    Completed,
    /// Cancelled.
    Cancelled,
}

/// Refunds an order.
///
/// Without an amount, refunds the whole refundable balance. The order remains as it is, and open units still ship unless the
/// order is cancelled; a cancellation is refunded automatically. If the whole remaining balance is refunded while units are still
/// to be sent, the order is put on hold: it gets the hold `manual` with the `hold_reason` `refunded in full`, and ships only
/// after `POST /v1/orders/{id}/release`, or once the refund is withdrawn. Shipments that have already left are not put on hold,
/// unless they could not be delivered and can be sent again.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/orders/{id}/refunds", scope = Staff(Payments), within = 15_000, reply = CreatedWithoutEtag<Refund>, error = RefundError)]
pub struct RefundOrder {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
    /// Amount and reason of the refund.
    pub refund: Body<NewRefund>,
}

checked!(PaymentMethod, Cancellation);
unchecked!(OrderTarget);
