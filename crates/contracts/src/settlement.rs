//! Payment endpoints for orders. Payments are decided in one place, and this is its interface (R5).

use crate::{
    events::PaymentSnapshot,
    payments::{Attempt, CaptureMode, Failure, Payment, Refund},
    unchecked,
};
use endpoint::*;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Creates a payment attempt for an order, and opens the payment if there is none.
///
/// The same key is always the same attempt. A total of 0 is secured without an attempt.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/pay", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<PayResponse>, error = PayError)]
pub struct Pay {
    /// Order, amounts and method of the attempt.
    pub pay: Body<PayRequest>,
}
/// Order, amounts and method of the attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PayRequest {
    /// ID of the order.
    pub order_id: OrderId,
    /// ID of the account or guest that has the order.
    pub user_id: UserId,
    /// Total of the order.
    pub amount: Money,
    /// Current amount due.
    pub owed: Money,
    /// The provider's token.
    pub method: String,
    /// Time of the capture.
    pub capture: CaptureMode,
    /// Key that permanently identifies this attempt.
    pub key: String,
}
/// Result of a payment attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PayResponse {
    /// Reason why this attempt failed. Null if it did not fail.
    pub declined: Option<Failure>,
    /// Current payment.
    pub payment: Payment,
    /// Snapshot of the payment.
    pub figures: PaymentSnapshot,
    /// ID of the event that published the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}
/// Reason why no attempt was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PayError {
    /// Unknown payment method.
    #[status(422)]
    UnknownPaymentMethod,
    /// The order is already paid.
    #[status(409)]
    AlreadyPaid {
        /// Snapshot of the payment.
        figures: Box<PaymentSnapshot>,
    },
    /// Another payment attempt is in progress.
    #[status(409)]
    PaymentInProgress,
    /// The payment attempt limit is reached.
    #[status(409)]
    TooManyAttempts,
    /// The payment is closed or closing.
    #[status(409)]
    PaymentClosed {
        /// Snapshot of the payment.
        figures: Box<PaymentSnapshot>,
    },
}

/// Closes an order's payment, so that nothing can be charged for it any more.
///
/// If there is no payment, inserts a closed one, so that a late request to open or pay it finds it closed (R10). Idempotent.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/close", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<CloseResponse>)]
pub struct ClosePayment {
    /// Payment to close, and the mode.
    pub close: Body<CloseRequest>,
}
/// Payment to close, and the mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloseRequest {
    /// ID of the order.
    pub order_id: OrderId,
    /// ID of the account or guest that has the order.
    pub user_id: UserId,
    /// Total of the order.
    pub amount: Money,
    /// Mode.
    pub mode: CloseMode,
}
/// Mode of closing a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseMode {
    /// Only if the payment turns out not to be secured.
    IfUnpaid,
    /// In any case: an authorization is voided, a capture is refunded, and the amount due becomes 0.
    Always,
}
/// Result of closing a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloseResponse {
    /// Outcome of closing.
    pub outcome: CloseOutcome,
    /// Current payment.
    pub payment: Payment,
    /// Snapshot of the payment.
    pub figures: PaymentSnapshot,
    /// ID of the event that published the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}
/// Outcome of closing a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseOutcome {
    /// Not known yet; retry.
    Closing,
    /// The payment is secured. Only for `if_unpaid`.
    Secured,
    /// Closed. Final.
    Closed,
}

/// Sets the amount due of an order.
///
/// A capture above it is refunded, and an authorization is voided once nothing is due.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/owed", scope = Service(&["orders"]), repeatable, reply = Json<SettlementResponse>)]
pub struct SetAmountDue {
    /// Amount due.
    pub owed: Body<AmountDueRequest>,
}
/// Amount due of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AmountDueRequest {
    /// ID of the order.
    pub order_id: OrderId,
    /// Total of the order without cancelled units. The smallest amount ever sent applies.
    pub owed: Money,
}
/// Captures the amount due from an authorization, before a shipment.
///
/// Has no effect if it is already captured.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/settle", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<SettlementResponse>, error = CaptureRejected)]
pub struct CaptureAmountDue {
    /// Order and amount due.
    pub capture: Body<AmountDueRequest>,
}
/// Records an offline payment reported by a staff member.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/offline", scope = Service(&["orders"]), repeatable, reply = Json<SettlementResponse>, error = OfflineError)]
pub struct RecordOffline {
    /// Offline payment to record.
    pub offline: Body<OfflineRequest>,
}
/// An offline payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfflineRequest {
    /// ID of the order.
    pub order_id: OrderId,
    /// ID of the account or guest that has the order.
    pub user_id: UserId,
    /// Total of the order.
    pub amount: Money,
    /// Current amount due, which is recorded as paid.
    pub owed: Money,
    /// Staff member who reports the payment.
    pub actor: String,
}
/// Restores an order's payment from the provider, after the payments database was restored to an older copy.
///
/// Opens the payment if it is lost. The provider is queried by the keys of the attempts that may be lost. Idempotent.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/restore", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<SettlementResponse>)]
pub struct RestorePayment {
    /// Data about the payment that orders still has.
    pub restore: Body<RestoreRequest>,
}
/// Data of orders about a payment that payments has lost, or has in an older state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreRequest {
    /// ID of the order.
    pub order_id: OrderId,
    /// ID of the account or guest that has the order.
    pub user_id: UserId,
    /// ID that the payment had.
    pub payment_id: PaymentId,
    /// Total of the order.
    pub amount: Money,
    /// Current amount due.
    pub owed: Money,
    /// Attempts that orders knows from events, oldest first.
    pub attempts: Vec<Attempt>,
}
/// Current state of a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SettlementResponse {
    /// Current payment.
    pub payment: Payment,
    /// Snapshot of the payment.
    pub figures: PaymentSnapshot,
    /// ID of the event that published the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}
/// Reason why the amount due was not captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CaptureRejected {
    /// The capture failed.
    /// The provider declined it, or nothing is authorized.
    #[status(402)]
    CaptureFailed,
    /// The provider's response is not known yet.
    #[status(409)]
    PaymentInProgress,
}
/// Reason why an offline payment was not recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum OfflineError {
    /// The order is already paid.
    #[status(409)]
    AlreadyPaid {
        /// Snapshot of the payment.
        figures: Box<PaymentSnapshot>,
    },
    /// Another payment attempt is in progress.
    /// Its outcome is not known yet.
    #[status(409)]
    PaymentInProgress,
    /// The payment is closed or closing.
    #[status(409)]
    PaymentClosed,
}

/// Refunds an order.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/refund", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<RefundResponse>, error = crate::payments::RefundError)]
pub struct RequestRefund {
    /// Refund to create.
    pub refund: Body<RefundRequest>,
}
/// A refund requested by staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundRequest {
    /// ID of the order.
    pub order_id: OrderId,
    /// Amount to refund. Default: the whole refundable balance.
    pub amount: Option<Money>,
    /// Reason for the refund.
    pub reason: Option<String>,
    /// Key that permanently identifies this refund.
    pub key: String,
    /// Staff member.
    pub actor: String,
}
/// A refund and its payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundResponse {
    /// The refund.
    pub refund: Refund,
    /// Current payment.
    pub payment: Payment,
    /// Snapshot of the payment.
    pub figures: PaymentSnapshot,
    /// ID of the event that published the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}

/// Lists the refunds of an order's payment, oldest first.
///
/// An order without a payment has none; an empty list does not mean that the order exists.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}/refunds", scope = Service(&["orders"]), reply = Json<RefundsOfOrder>)]
pub struct ListRefundsFor {
    /// ID of the order.
    pub id: Path<OrderId>,
    /// Page to return.
    pub slice: PageParams,
}
/// A page of refunds of an order's payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundsOfOrder {
    /// Refunds on the page.
    pub items: Vec<Refund>,
    /// Cursor of the next page, sent as `cursor`. Null on the last page.
    pub next_cursor: Option<String>,
    /// True if the order has a payment. Version 0.1.0 neither sends nor reads this member.
    #[serde(default)]
    pub has_payment: bool,
}

/// Assigns a guest order to an account.
///
/// The account can then read and confirm the order's payment.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/account", scope = Service(&["orders"]), repeatable, reply = NoContent)]
pub struct AssignOrderAccount {
    /// Order and account.
    pub told: Body<OrderAccount>,
}
/// A guest order that has been assigned to an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderAccount {
    /// ID of the order.
    pub order_id: OrderId,
    /// ID of the account.
    pub account_id: UserId,
}

unchecked!(
    PayRequest,
    CloseRequest,
    AmountDueRequest,
    OfflineRequest,
    RestoreRequest,
    RefundRequest,
    OrderAccount
);
