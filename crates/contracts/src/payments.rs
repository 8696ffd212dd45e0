//! Payments and refunds, as returned to clients.

use crate::{LINE, line};
pub use crate::{provider_webhooks::*, unknown_charges::*};
use endpoint::*;
use garde::Validate;
use kernel::{Currency, Money, MoneyError, MoneyInput, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Time of the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    /// Immediately.
    #[default]
    Automatic,
    /// When the order ships, or with `POST /v1/payments/{id}/capture`.
    Manual,
}
impl CaptureMode {
    /// Stored name.
    pub const fn name(self) -> &'static str {
        match self {
            CaptureMode::Automatic => "automatic",
            CaptureMode::Manual => "manual",
        }
    }

    /// The mode with this name.
    pub fn named(name: &str) -> Option<CaptureMode> {
        [CaptureMode::Automatic, CaptureMode::Manual].into_iter().find(|mode| mode.name() == name)
    }
}
/// State of a payment in the payment aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Can be attempted.
    Open,
    /// The amount due is authorized, captured or recorded as paid offline.
    Secured,
    /// Closing, unless the payment turns out to be paid.
    ClosingIfUnpaid,
    /// Closing in any case.
    ClosingAlways,
    /// Closed. Final.
    Closed,
}
/// Status of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Can be attempted.
    Open,
    /// The customer has to act: see `next_action`.
    RequiresAction,
    /// An attempt is in progress.
    Processing,
    /// The provider has authorized the amount for the order; nothing is captured yet.
    Authorized,
    /// The amount due is captured, or was recorded as paid offline.
    Captured,
    /// Closed. Final.
    Closed,
}
/// Status of a payment attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// Created; not sent to the provider yet.
    Created,
    /// Waiting for the customer.
    RequiresAction,
    /// Being sent to the provider.
    Submitting,
    /// The provider has authorized the amount for the order; nothing is captured yet.
    Authorized,
    /// Being captured.
    Capturing,
    /// The amount is captured, or was recorded as paid offline.
    Captured,
    /// Being voided.
    Voiding,
    /// Voided before the capture.
    Voided,
    /// The provider can no longer charge this attempt.
    Failed,
    /// The provider's response is unknown; it is being queried.
    Unknown,
    /// The authorization expired.
    Expired,
}

/// Maximum number of attempts per payment that the provider can decide on. Every response and event includes the attempts, so
/// their number has to be limited.
pub const ATTEMPTS_MAX: usize = 20;

/// Maximum number of attempts per payment, including those that the provider did not decide on. Retried as `Retry-After` says,
/// they last for most of an hour.
pub const ATTEMPTS_TOTAL_MAX: usize = 100;

/// Payment methods of a payment provider.
#[derive(Debug, Clone, Copy)]
pub struct PaymentMethods {
    /// Methods that a checkout offers, in this order.
    pub offered: &'static [&'static str],
    /// Returns true if the provider knows a method, offered or not.
    pub knows: fn(&str) -> bool,
}
impl PaymentMethods {
    /// No method is offered, and the provider decides on each.
    pub const ANY: PaymentMethods = PaymentMethods { offered: &[], knows: |_| true };
}

/// Time after which a request that needs the payment provider can be retried when the provider could not be reached, in seconds.
pub const PROVIDER_RETRY_AFTER_S: u32 = 30;

/// The payment of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// ID of the payment.
    pub id: PaymentId,
    /// ID of the order.
    pub order_id: OrderId,
    /// Status of the payment.
    pub status: PaymentStatus,
    /// Total of the order when the payment was opened. An attempt charges the amount due at its time (`owed` of the order), which
    /// is less if units were cancelled.
    pub amount: Money,
    /// Amount captured, or recorded as paid offline.
    pub captured: Money,
    /// Amount refunded.
    pub refunded: Money,
    /// Attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// Action required from the customer. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// Version of the payment. Increases with each change.
    pub version: i64,
    /// Time at which the payment was opened.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}
impl Payment {
    /// True if no further attempt is possible. Attempts during an outage of the provider do not count towards the limit of 20.
    pub fn attempts_exhausted(&self) -> bool {
        let decided = self.attempts.iter().filter(|attempt| !attempt.is_provider_unavailable()).count();
        decided >= ATTEMPTS_MAX || self.attempts.len() >= ATTEMPTS_TOTAL_MAX
    }
}
/// An attempt to collect a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// ID of the attempt.
    pub id: AttemptId,
    /// Status of the attempt.
    pub status: AttemptStatus,
    /// The provider's token, or `offline`.
    pub method: String,
    /// Reason for the failure. Absent if the attempt has not failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Time at which the attempt was created.
    pub created_at: Timestamp,
}
impl Attempt {
    /// True if the attempt failed because the provider could not be reached or did not respond.
    pub fn is_provider_unavailable(&self) -> bool {
        self.status == AttemptStatus::Failed
            && self.failure.as_ref().is_some_and(Failure::is_provider_unavailable)
    }
}
/// Reason why a payment attempt failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Failure code: `card_declined`, `insufficient_funds`, `authentication_failed` (the customer did not authenticate),
    /// `abandoned` (the attempt was abandoned), `ended` (ended at the provider), `wrong_amount` (the provider charged another
    /// amount, which is refunded), `provider_unavailable` (the provider could not be reached or did not respond; the card was not
    /// declined), or another code of the provider.
    pub code: String,
    /// Message for the customer.
    pub message: String,
}
impl Failure {
    /// Code of an attempt that the provider was asked to end.
    pub const ABANDONED: &'static str = "abandoned";
    /// Code of an attempt that failed because the provider could not be reached or did not respond.
    pub const PROVIDER_UNAVAILABLE: &'static str = "provider_unavailable";

    /// True if the provider could not be reached, so that it has decided nothing.
    pub fn is_provider_unavailable(&self) -> bool {
        self.code == Self::PROVIDER_UNAVAILABLE
    }

    /// The failure with this code and its standard message. Messages of a provider are never used.
    pub fn of(code: &str) -> Failure {
        let message = match code {
            "card_declined" => "The card was declined.",
            "insufficient_funds" => "The card or account has insufficient funds.",
            "authentication_failed" => "The payment was not authenticated.",
            Self::ABANDONED => "The payment attempt was abandoned.",
            "ended" => "The payment was ended at the provider.",
            "wrong_amount" => "The provider charged a different amount.",
            Self::PROVIDER_UNAVAILABLE => "The payment provider could not be reached. Nothing was charged.",
            _ => "The payment was declined.",
        };
        Failure { code: code.to_owned(), message: message.to_owned() }
    }
}
/// Action required from the customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextAction {
    /// URL to open in the customer's browser. When the customer returns, call `POST /v1/payments/{id}/confirm`.
    pub url: String,
}

/// Returns a payment.
///
/// Customers can read payments of their own orders; staff can read any payment. In `requires_action`, `next_action` describes
/// what the customer has to do; in `processing`, retrieve the payment again later.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/payments/{id}", scope = Buyer, reply = Json<Payment>)]
pub struct GetPayment {
    /// ID of the payment.
    pub id: Path<PaymentId>,
}
/// Confirms a payment after the customer has completed the required action.
///
/// For a payment of your own in `requires_action`: send the customer to `next_action.url`, and call this endpoint when the
/// customer returns, with the customer's access token or a guest's `order_key`. The provider is queried for the result:
/// `captured` or `authorized`, `processing`, or declined (402; the newest attempt has failed). A payment that is already paid is
/// returned unchanged. While the customer has not completed the action, or if there is nothing to confirm, the request fails with
/// `illegal_payment_transition` and the `current_status`. If the customer never returns, the order expires at its
/// `payment_due_at`, and the attempt is abandoned.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/confirm", scope = Buyer, within = 15_000, repeatable, reply = Json<Payment>, error = ChangePaymentError)]
pub struct ConfirmPayment {
    /// ID of the payment.
    pub id: Path<PaymentId>,
    /// Idempotency key. Makes a retry safe.
    pub key: OptionalIdempotencyKey,
}
/// Captures an authorized payment.
///
/// Captures the amount due of the order and releases the rest of the authorization. Shipping does the same automatically. A retry
/// with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/capture", scope = Staff(Payments), within = 15_000, reply = Json<Payment>, error = ChangePaymentError)]
pub struct CapturePayment {
    /// ID of the payment.
    pub id: Path<PaymentId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
}
/// Voids an authorization before it is captured.
///
/// The order can then be paid again, or be cancelled. A retry with the same `Idempotency-Key` has no further effect. If the
/// provider declines the void (`void_refused`), the authorization remains and is not voided automatically later.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/void", scope = Staff(Payments), within = 15_000, reply = Json<Payment>, error = ChangePaymentError)]
pub struct VoidPayment {
    /// ID of the payment.
    pub id: Path<PaymentId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
}
/// Reason why a payment was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangePaymentError {
    /// Action not allowed in the payment's current status.
    /// See `current_status`. In `requires_action` the customer has to act first; otherwise read the payment.
    #[status(409)]
    IllegalPaymentTransition {
        /// Status of the payment.
        #[serde(rename = "current_status")]
        status: PaymentStatus,
    },
    /// The payment was declined.
    /// Use another card.
    #[status(402)]
    PaymentDeclined {
        /// The payment, with the failed attempt.
        payment: Box<Payment>,
    },
    /// The payment provider cannot be reached.
    /// Nothing was changed. Retry the same request with the same idempotency key after `Retry-After` seconds.
    #[status(503)]
    ProviderUnavailable {
        /// Current state of the payment.
        payment: Box<Payment>,
        /// Time until a retry, in seconds.
        retry_after: u32,
    },
    /// The provider declined the void.
    /// The authorization remains. Retry later with a new idempotency key, or capture it. Only voiding returns this code.
    #[status(409)]
    VoidRefused {
        /// Current state of the payment.
        payment: Box<Payment>,
    },
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refund {
    /// ID of the refund.
    pub id: RefundId,
    /// ID of the payment.
    pub payment_id: PaymentId,
    /// ID of the order.
    pub order_id: OrderId,
    /// Status of the refund.
    pub status: RefundStatus,
    /// Amount of the refund.
    pub amount: Money,
    /// Reason for the refund.
    pub reason: Option<String>,
    /// True if staff pay the refund themselves and record it with `POST /v1/refunds/{id}/settle`: because the payment was
    /// offline, or because the provider rejected the refund and staff have paid it.
    #[serde(default)]
    pub offline: bool,
    /// True if staff can cancel the refund in its current status with `POST /v1/refunds/{id}/withdraw`. Absent in events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawable: Option<bool>,
    /// Version of the refund. Increases with each change.
    pub version: i64,
    /// Time at which the refund was requested.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}
/// Status of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Created. Its amount counts against the refundable balance.
    Requested,
    /// Being sent to the provider.
    Submitting,
    /// Paid out.
    Succeeded,
    /// Rejected by the provider. Its amount still counts against the refundable balance, and the refund is retried.
    Failed,
    /// The provider's response is unknown; it is being queried.
    Unknown,
    /// Cancelled by staff before it was sent.
    Withdrawn,
}
/// Refunds a payment.
///
/// Refunds the whole refundable balance, or `amount` of it. The response has the status of the refund; one that has not been paid
/// out is retried automatically until it is, or until staff withdraw it. A refund of an offline payment waits until staff settle
/// it. A retry with the same `Idempotency-Key` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/refunds", scope = Staff(Payments), within = 15_000, reply = CreatedWithoutEtag<Refund>, error = RefundError)]
pub struct RefundPayment {
    /// ID of the payment.
    pub id: Path<PaymentId>,
    /// Idempotency key. A retry with the same key has no further effect, without a time limit.
    pub key: IdempotencyKey,
    /// Amount and reason of the refund.
    pub refund: Body<NewRefund>,
}
/// A refund to create.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct NewRefund {
    /// Amount to refund, above 0. Default: the whole refundable balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("not" = {"anyOf": [
        {"const": 0},
        {"type": "string", "pattern": r"^0+(\.0+)?$"},
        {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "string", "pattern": r"^0+(\.0+)?$"}}},
    ]}))]
    #[garde(skip)]
    pub amount: Option<MoneyInput>,
    /// Reason for the refund.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub reason: Option<String>,
}
/// Reason why a refund was not created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefundError {
    /// The amount exceeds the refundable balance.
    /// Reduce the amount to the refundable balance.
    #[status(409)]
    RefundExceedsCaptured {
        /// Refundable balance.
        left: Money,
    },
}
/// Cancels a refund that staff requested, before it is sent.
///
/// The amount can then be refunded again. A retry changes nothing. Refunds created by a cancellation, and refunds of a closed
/// payment, cannot be cancelled.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/refunds/{id}/withdraw", scope = Staff(Payments), repeatable, reply = Json<Refund>, error = WithdrawError)]
pub struct WithdrawRefund {
    /// ID of the refund.
    pub id: Path<RefundId>,
}
/// Reason why a refund was not cancelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WithdrawError {
    /// The refund can no longer be cancelled.
    /// See `withdrawable_in`. A refund that may have been sent has to finish first.
    #[status(409)]
    IllegalRefundTransition {
        /// Status of the refund.
        #[serde(rename = "current_status")]
        status: RefundStatus,
        /// Statuses in which the refund can be cancelled. Empty if a cancellation created it, or if its payment is closed.
        withdrawable_in: Vec<RefundStatus>,
    },
}
/// Marks a refund as paid by staff.
///
/// For refunds of offline payments, which no provider pays: such a refund is `requested` until staff record this. Also for a
/// refund that the provider rejected (`failed`), such as to a closed card; it is then no longer retried. A retry changes nothing.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/refunds/{id}/settle", scope = Staff(Payments), repeatable, reply = Json<Refund>, error = SettleRefundError)]
pub struct SettleRefund {
    /// ID of the refund.
    pub id: Path<RefundId>,
}
/// Reason why a refund was not marked as paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SettleRefundError {
    /// This refund is not paid manually.
    /// The provider pays it, or it was cancelled. If the refund is in progress, wait until it is `failed` or `succeeded`.
    #[status(409)]
    NotHandedOver {
        /// Status of the refund.
        #[serde(rename = "current_status")]
        status: RefundStatus,
    },
}
/// Returns a refund.
///
/// Customers can read refunds of their own orders; staff can read any refund.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/refunds/{id}", scope = Buyer, reply = Json<Refund>)]
pub struct GetRefund {
    /// ID of the refund.
    pub id: Path<RefundId>,
}
/// Lists a payment's refunds, oldest first.
///
/// Customers can read payments of their own orders; staff can read any payment. Paginated. A refund counts against the refundable
/// balance even before it is `succeeded`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/payments/{id}/refunds", scope = Buyer, reply = Json<Page<Refund>>)]
pub struct ListRefunds {
    /// ID of the payment.
    pub id: Path<PaymentId>,
    /// Page to return.
    pub slice: PageParams,
}

impl ValidateRequest for NewRefund {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
    }
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        faults.extend(self.amount_in(currency).err());
    }
}
impl NewRefund {
    /// The amount to refund, if given. It must be above 0.
    ///
    /// # Errors
    /// The field error of the amount.
    pub fn amount_in(&self, currency: Currency) -> Result<Option<Money>, FieldError> {
        let Some(amount) = &self.amount else { return Ok(None) };
        match amount.read(currency) {
            Ok(amount) if amount.minor > 0 => Ok(Some(amount)),
            Ok(_) | Err(MoneyError::Negative) => Err(FieldError::range("/amount", ABOVE_NOTHING)),
            Err(error) => Err(FieldError::of_amount("/amount", &error)),
        }
    }
}
/// Field error detail of an amount that is not above 0.
const ABOVE_NOTHING: &str = "an amount above 0 is expected; omit it to refund the whole balance";
