//! What orders asks of payments. Money is decided in one place, and this is its door (R5).

use crate::{
    events::PaymentSnapshot,
    payments::{Attempt, CaptureMode, Failure, Payment, Refund},
    unchecked,
};
use endpoint::*;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Makes an attempt at an order's payment, opening it where there is none.
///
/// The same key is the same attempt, for ever. A total of 0 is secured without an attempt.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/pay", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<PayResponse>, error = PayError)]
pub struct Pay {
    /// What to pay, and how.
    pub pay: Body<PayRequest>,
}
/// What to pay, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PayRequest {
    /// Which order.
    pub order_id: OrderId,
    /// Whose.
    pub user_id: UserId,
    /// The order's total.
    pub amount: Money,
    /// What the order owes now.
    pub owed: Money,
    /// The provider's token.
    pub method: String,
    /// When to take the money.
    pub capture: CaptureMode,
    /// Binds this attempt for ever.
    pub key: String,
}
/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PayResponse {
    /// Set where this attempt failed.
    pub declined: Option<Failure>,
    /// The payment now.
    pub payment: Payment,
    /// Its figures.
    pub figures: PaymentSnapshot,
    /// The event that told of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}
/// Why there was no attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PayError {
    /// The provider does not know this method.
    #[status(422)]
    UnknownPaymentMethod,
    /// Enough is secured already.
    #[status(409)]
    AlreadyPaid {
        /// The payment's figures.
        figures: Box<PaymentSnapshot>,
    },
    /// Another attempt is live.
    #[status(409)]
    PaymentInProgress,
    /// It has been attempted too often.
    #[status(409)]
    TooManyAttempts,
    /// The payment is closed, or being closed.
    #[status(409)]
    PaymentClosed {
        /// The payment's figures.
        figures: Box<PaymentSnapshot>,
    },
}

/// Closes an order's payment, so that nothing can be charged for it any more.
///
/// Inserts a closed payment where there is none, so that a late open or pay finds it closed (R10). Idempotent.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/close", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<CloseResponse>)]
pub struct ClosePayment {
    /// Which one, and how.
    pub close: Body<CloseRequest>,
}
/// Which payment to close, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloseRequest {
    /// Of which order.
    pub order_id: OrderId,
    /// Whose.
    pub user_id: UserId,
    /// The order's total.
    pub amount: Money,
    /// How.
    pub mode: CloseMode,
}
/// How a payment is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseMode {
    /// Only if it turns out not to be secured.
    IfUnpaid,
    /// Whatever it turns out to be: what is authorized is voided, what is captured is refunded; owed becomes 0.
    Always,
}
/// How far the closing is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloseResponse {
    /// How far.
    pub outcome: CloseOutcome,
    /// The payment now.
    pub payment: Payment,
    /// Its figures.
    pub figures: PaymentSnapshot,
    /// The event that told of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}
/// How far a closing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseOutcome {
    /// Not yet known: ask again.
    Closing,
    /// It is paid (only for `if_unpaid`).
    Secured,
    /// Closed, for ever.
    Closed,
}

/// Tells what an order owes now; what was captured beyond it is refunded, and an authorization is voided once nothing is owed.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/owed", scope = Service(&["orders"]), repeatable, reply = Json<SettlementResponse>)]
pub struct SetAmountDue {
    /// How much.
    pub owed: Body<AmountDueRequest>,
}
/// What an order owes now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AmountDueRequest {
    /// Which order.
    pub order_id: OrderId,
    /// Its total without what was cancelled. The smallest that was ever told counts.
    pub owed: Money,
}
/// Takes what is owed of what is authorized, before a shipment.
///
/// Does nothing where it is captured already.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/settle", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<SettlementResponse>, error = CaptureRejected)]
pub struct CaptureAmountDue {
    /// Of which order.
    pub capture: Body<AmountDueRequest>,
}
/// Records money that was paid offline, by a named member of staff.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/offline", scope = Service(&["orders"]), repeatable, reply = Json<SettlementResponse>, error = OfflineError)]
pub struct RecordOffline {
    /// How much, and by whom.
    pub offline: Body<OfflineRequest>,
}
/// Money that was paid offline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfflineRequest {
    /// For which order.
    pub order_id: OrderId,
    /// Whose.
    pub user_id: UserId,
    /// The order's total.
    pub amount: Money,
    /// What the order owes now: what is recorded.
    pub owed: Money,
    /// The member of staff who says so.
    pub actor: String,
}
/// Brings an order's payment to how the provider knows it, after the database of payments was put back to an older copy.
///
/// Opens the payment where it is lost. The provider is asked by the keys of the attempts that may be lost. Idempotent.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/restore", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<SettlementResponse>)]
pub struct RestorePayment {
    /// What is still known of it.
    pub restore: Body<RestoreRequest>,
}
/// What orders knows of a payment that payments has lost, or has in an older state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreRequest {
    /// Of which order.
    pub order_id: OrderId,
    /// Whose.
    pub user_id: UserId,
    /// The ID that the payment had.
    pub payment_id: PaymentId,
    /// The order's total.
    pub amount: Money,
    /// What the order owes now.
    pub owed: Money,
    /// The attempts that orders has heard of, oldest first.
    pub attempts: Vec<Attempt>,
}
/// How a payment stands now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SettlementResponse {
    /// The payment now.
    pub payment: Payment,
    /// Its figures.
    pub figures: PaymentSnapshot,
    /// The event that told of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}
/// Why the money was not captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CaptureRejected {
    /// The provider refused, or nothing is authorized.
    #[status(402)]
    CaptureFailed,
    /// The provider's answer is not known yet.
    #[status(409)]
    PaymentInProgress,
}
/// Why the offline payment was not recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum OfflineError {
    /// An attempt has secured enough already.
    #[status(409)]
    AlreadyPaid {
        /// The payment's figures.
        figures: Box<PaymentSnapshot>,
    },
    /// An attempt is live, and nobody knows yet what becomes of it.
    #[status(409)]
    PaymentInProgress,
    /// The payment is closed, or being closed.
    #[status(409)]
    PaymentClosed,
}

/// Refunds money of an order.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/refund", scope = Service(&["orders"]), repeatable, within = 12_000, reply = Json<RefundResponse>, error = crate::payments::RefundError)]
pub struct RequestRefund {
    /// How much.
    pub refund: Body<RefundRequest>,
}
/// A refund that staff ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundRequest {
    /// Of which order.
    pub order_id: OrderId,
    /// How much; all that is left when absent.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<String>,
    /// Binds this refund for ever.
    pub key: String,
    /// The member of staff.
    pub actor: String,
}
/// A refund, and how its payment stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundResponse {
    /// The refund.
    pub refund: Refund,
    /// The payment now.
    pub payment: Payment,
    /// Its figures.
    pub figures: PaymentSnapshot,
    /// The event that told of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}

/// Lists the refunds of an order's payment, oldest first.
///
/// An order without a payment has none, which says nothing of whether there is such an order.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/{id}/refunds", scope = Service(&["orders"]), reply = Json<RefundsOfOrder>)]
pub struct ListRefundsFor {
    /// Of which order.
    pub id: Path<OrderId>,
    /// Which page.
    pub slice: PageParams,
}
/// A page of the refunds of an order's payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundsOfOrder {
    /// What is on it.
    pub items: Vec<Refund>,
    /// Send it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
    /// Whether it has a payment; version 0.1.0 does not say so, and does not read it.
    #[serde(default)]
    pub has_payment: bool,
}

/// Tells which account has an order that a guest has placed: its payment is that account's to see and to confirm, too.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/payments/account", scope = Service(&["orders"]), repeatable, reply = NoContent)]
pub struct AssignOrderAccount {
    /// Which account has which order.
    pub told: Body<OrderAccount>,
}
/// An order that has come into an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderAccount {
    /// Which order.
    pub order_id: OrderId,
    /// Whose it is now.
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
