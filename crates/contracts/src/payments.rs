//! Payments and refunds, as clients see them.

use crate::{LINE, line};
pub use crate::{provider_webhooks::*, unknown_charges::*};
use endpoint::*;
use garde::Validate;
use kernel::{Currency, Money, MoneyError, MoneyInput, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When the money is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    /// At once.
    #[default]
    Automatic,
    /// When the order ships, or by `POST /v1/payments/{id}/capture`.
    Manual,
}
impl CaptureMode {
    /// As it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            CaptureMode::Automatic => "automatic",
            CaptureMode::Manual => "manual",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<CaptureMode> {
        [CaptureMode::Automatic, CaptureMode::Manual].into_iter().find(|mode| mode.name() == name)
    }
}
/// The state of a payment in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// May be attempted.
    Open,
    /// Enough is authorized, captured or recorded offline.
    Secured,
    /// Being closed unless it turns out to be paid.
    ClosingIfUnpaid,
    /// Being closed whatever happens.
    ClosingAlways,
    /// Closed, for ever.
    Closed,
}
/// A payment, in a word for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// May be attempted.
    Open,
    /// The customer must do something: see `next_action`.
    RequiresAction,
    /// An attempt is under way.
    Processing,
    /// Money is authorized: the provider holds it for the order, and none of it is captured yet.
    Authorized,
    /// What is owed is captured, or was recorded as paid offline.
    Captured,
    /// Closed, for ever.
    Closed,
}
/// The state of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// Written down; nothing sent yet.
    Created,
    /// Waits for the customer.
    RequiresAction,
    /// Being sent to the provider.
    Submitting,
    /// Money is authorized: the provider holds it for the order, and none of it is captured yet.
    Authorized,
    /// Being captured.
    Capturing,
    /// The money is captured, or was recorded as paid offline.
    Captured,
    /// Being voided.
    Voiding,
    /// Voided, before it was captured.
    Voided,
    /// The provider can no longer charge it.
    Failed,
    /// The provider's answer is lost; it is being found out.
    Unknown,
    /// The authorization ended by itself.
    Expired,
}

/// Attempts of a payment that the provider can decide on: every answer, every event shows them, so that somebody who tries
/// cards could make them as long as he likes.
pub const ATTEMPTS_MAX: usize = 20;

/// Attempts of a payment with those that it decided nothing on: tried again as `Retry-After` says, they last for most of an hour.
pub const ATTEMPTS_TOTAL_MAX: usize = 100;

/// The payment methods of a payment provider.
#[derive(Debug, Clone, Copy)]
pub struct PaymentMethods {
    /// Those that a checkout offers, in this order.
    pub offered: &'static [&'static str],
    /// Whether the provider knows a method, be it offered or not.
    pub knows: fn(&str) -> bool,
}
impl PaymentMethods {
    /// None is offered, and each is the provider's to decide on.
    pub const ANY: PaymentMethods = PaymentMethods { offered: &[], knows: |_| true };
}

/// Seconds until a request that the payment provider was needed for may be repeated, when the provider could not be reached.
pub const PROVIDER_RETRY_AFTER_S: u32 = 30;

/// The payment of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// The payment's id.
    pub id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Where it is.
    pub status: PaymentStatus,
    /// What the order came to when the payment was opened. What is charged is what it owes by then (`owed`): less, where some of
    /// it was cancelled.
    pub amount: Money,
    /// What was captured, or recorded as paid offline.
    pub captured: Money,
    /// What was refunded.
    pub refunded: Money,
    /// The attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// What the customer must do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// Counts its changes.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
impl Payment {
    /// Whether there can be no other attempt. Those that are made during an outage of the provider use up none of the 20.
    pub fn attempts_exhausted(&self) -> bool {
        let decided = self.attempts.iter().filter(|attempt| !attempt.is_provider_unavailable()).count();
        decided >= ATTEMPTS_MAX || self.attempts.len() >= ATTEMPTS_TOTAL_MAX
    }
}
/// One attempt at a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// The attempt's id.
    pub id: AttemptId,
    /// Where it is.
    pub status: AttemptStatus,
    /// The provider's token, or `offline`.
    pub method: String,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// When it was made.
    pub created_at: Timestamp,
}
impl Attempt {
    /// Whether it ended because the provider could not be reached, or gave no answer.
    pub fn is_provider_unavailable(&self) -> bool {
        self.status == AttemptStatus::Failed
            && self.failure.as_ref().is_some_and(Failure::is_provider_unavailable)
    }
}
/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// `card_declined`, `insufficient_funds`, `authentication_failed` (by the customer), `abandoned` (given up), `ended` (at the provider), `wrong_amount` (another one
    /// was charged, and goes back), `provider_unavailable` (the provider could not be reached or gave no answer; the card was not
    /// declined); and whatever else the provider says.
    pub code: String,
    /// What to tell the customer.
    pub message: String,
}
impl Failure {
    /// The code of an attempt that the provider was asked to end.
    pub const ABANDONED: &'static str = "abandoned";
    /// The code of an attempt that ended because the provider could not be reached, or gave no answer.
    pub const PROVIDER_UNAVAILABLE: &'static str = "provider_unavailable";

    /// Whether the provider could not be reached, so that it has decided nothing.
    pub fn is_provider_unavailable(&self) -> bool {
        self.code == Self::PROVIDER_UNAVAILABLE
    }

    /// The failure of that code, in the words that belong to it: never in those that somebody at a provider chose.
    pub fn of(code: &str) -> Failure {
        let message = match code {
            "card_declined" => "The card was declined.",
            "insufficient_funds" => "There is not enough money on the account.",
            "authentication_failed" => "The payment was not confirmed by its owner.",
            Self::ABANDONED => "The payment was given up.",
            "ended" => "The payment was ended at the provider.",
            "wrong_amount" => "The provider charged another amount.",
            Self::PROVIDER_UNAVAILABLE => "The payment provider could not be reached. Nothing was charged.",
            _ => "The payment was declined.",
        };
        Failure { code: code.to_owned(), message: message.to_owned() }
    }
}
/// What the customer must do next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextAction {
    /// Where to send the customer's browser. When they are back, `POST /v1/payments/{id}/confirm`.
    pub url: String,
}

/// Reads a payment.
///
/// Of your own orders, or of any for staff. While it is `requires_action`, `next_action` says what the customer has
/// to do; while it is `processing`, ask again.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/payments/{id}", scope = Buyer, reply = Json<Payment>)]
pub struct GetPayment {
    /// Which payment.
    pub id: Path<PaymentId>,
}
/// Goes on with a payment after the customer has done what was required.
///
/// For a payment of your own that was `requires_action`: send the customer to `next_action.url`, and call this when they are
/// back, with their access token or a guest's `order_key`. The provider is asked what became of it: `captured` or `authorized`,
/// `processing`, or declined (402: the newest attempt has failed). One that is paid already is answered as it is. While they have
/// not done it yet, and where there is nothing to go on with, it is `illegal_payment_transition`, with the `current_status`. Who never comes back lets the
/// order expire at its `payment_due_at`, which gives the attempt up.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/confirm", scope = Buyer, within = 15_000, repeatable, reply = Json<Payment>, error = ChangePaymentError)]
pub struct ConfirmPayment {
    /// Which payment.
    pub id: Path<PaymentId>,
    /// Makes a repeat safe.
    pub key: OptionalIdempotencyKey,
}
/// Captures the money that was authorized.
///
/// What the order owes is captured, and the rest of the authorization ends. Shipping does the same by itself. A repeat under
/// the same `Idempotency-IdempotencyKey` has no further effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/capture", scope = Staff(Payments), within = 15_000, reply = Json<Payment>, error = ChangePaymentError)]
pub struct CapturePayment {
    /// Which payment.
    pub id: Path<PaymentId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
}
/// Voids an authorization before it is captured.
///
/// The order can then be paid again, or be cancelled. A repeat under the same `Idempotency-IdempotencyKey` has no further
/// effect. Where the provider refuses it (`void_refused`) the authorization stands, and nothing tries again by itself.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/void", scope = Staff(Payments), within = 15_000, reply = Json<Payment>, error = ChangePaymentError)]
pub struct VoidPayment {
    /// Which payment.
    pub id: Path<PaymentId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
}
/// Why a payment was not changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangePaymentError {
    /// Action not allowed in the payment's current status.
    /// See `current_status`. In `requires_action` the customer has to act first; otherwise read the payment.
    #[status(409)]
    IllegalPaymentTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: PaymentStatus,
    },
    /// The payment was declined.
    /// Use another card.
    #[status(402)]
    PaymentDeclined {
        /// The payment, with the attempt that failed.
        payment: Box<Payment>,
    },
    /// The payment provider cannot be reached.
    /// Nothing was changed. Retry the same request with the same idempotency key after `Retry-After` seconds.
    #[status(503)]
    ProviderUnavailable {
        /// The payment as it is.
        payment: Box<Payment>,
        /// In seconds.
        retry_after: u32,
    },
    /// The provider declined the void.
    /// The authorization remains. Retry later with a new idempotency key, or capture it. Only voiding returns this code.
    #[status(409)]
    VoidRefused {
        /// The payment as it is.
        payment: Box<Payment>,
    },
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refund {
    /// The refund's id.
    pub id: RefundId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Where it is.
    pub status: RefundStatus,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: Option<String>,
    /// Whether people hand it back, and `POST /v1/refunds/{id}/settle` records that: because the money was paid offline,
    /// or because the provider refused to give it back and people have.
    #[serde(default)]
    pub offline: bool,
    /// Whether staff can give it up as it is now, with `POST /v1/refunds/{id}/withdraw`; events do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawable: Option<bool>,
    /// Counts its changes.
    pub version: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
/// The state of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Written down; it claims its amount.
    Requested,
    /// Being sent to the provider.
    Submitting,
    /// Gone out.
    Succeeded,
    /// Refused; it keeps its claim and is tried again.
    Failed,
    /// The provider's answer is lost; it is being found out.
    Unknown,
    /// Given up by staff before it went out.
    Withdrawn,
}
/// Gives money of a payment back.
///
/// All that is left, or `amount` of it. The answer tells how far the refund is; one that has not gone out yet is
/// tried again by itself, until it has or staff withdraw it. Money that was paid offline waits until staff settle the
/// refund. A repeat under the same `Idempotency-IdempotencyKey` has no further
/// effect.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/payments/{id}/refunds", scope = Staff(Payments), within = 15_000, reply = CreatedWithoutEtag<Refund>, error = RefundError)]
pub struct RefundPayment {
    /// Which payment.
    pub id: Path<PaymentId>,
    /// Makes a repeat safe, for ever.
    pub key: IdempotencyKey,
    /// How much, and why.
    pub refund: Body<NewRefund>,
}
/// A refund to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct NewRefund {
    /// How much, above 0; all that is left when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("not" = {"anyOf": [
        {"const": 0},
        {"type": "string", "pattern": r"^0+(\.0+)?$"},
        {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "string", "pattern": r"^0+(\.0+)?$"}}},
    ]}))]
    #[garde(skip)]
    pub amount: Option<MoneyInput>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "line::<500, _, _>")]
    #[garde(length(chars, max = 500), pattern(LINE))]
    pub reason: Option<String>,
}
/// Why nothing was refunded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefundError {
    /// The amount exceeds the refundable balance.
    /// Reduce the amount to the refundable balance.
    #[status(409)]
    RefundExceedsCaptured {
        /// What is left.
        left: Money,
    },
}
/// Gives up a refund that staff asked for, before it goes out: the money can be refunded anew.
///
/// Asking again changes nothing. What a cancellation gives back stays on its way, and so does what a closed payment
/// does.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/refunds/{id}/withdraw", scope = Staff(Payments), repeatable, reply = Json<Refund>, error = WithdrawError)]
pub struct WithdrawRefund {
    /// Which refund.
    pub id: Path<RefundId>,
}
/// Why a refund was not given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WithdrawError {
    /// The refund can no longer be cancelled.
    /// See `withdrawable_in`. A refund that may have been sent has to finish first.
    #[status(409)]
    IllegalRefundTransition {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: RefundStatus,
        /// The states in which it can be given up; none where a cancellation raised it, or its payment is closed.
        withdrawable_in: Vec<RefundStatus>,
    },
}
/// Records that the money of a refund was handed over.
///
/// For money that was paid offline, which no provider gives back: such a refund is `requested` until staff record this.
/// And for a refund that the provider has refused (`failed`), such as to a card that is closed: it is not tried again
/// then. Recording it again changes nothing.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/refunds/{id}/settle", scope = Staff(Payments), repeatable, reply = Json<Refund>, error = SettleRefundError)]
pub struct SettleRefund {
    /// Which refund.
    pub id: Path<RefundId>,
}
/// Why it was not recorded that money was handed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SettleRefundError {
    /// This refund is not paid manually.
    /// The provider pays it, or it was cancelled. If the refund is in progress, wait until it is `failed` or `succeeded`.
    #[status(409)]
    NotHandedOver {
        /// The state that it is in.
        #[serde(rename = "current_status")]
        status: RefundStatus,
    },
}
/// Reads a refund.
///
/// Of your own orders, or of any for staff.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/refunds/{id}", scope = Buyer, reply = Json<Refund>)]
pub struct GetRefund {
    /// Which refund.
    pub id: Path<RefundId>,
}
/// Lists a payment's refunds, oldest first.
///
/// Of your own orders, or of any for staff, one page at a time; a refund that is not `succeeded` yet claims its amount
/// all the same.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/payments/{id}/refunds", scope = Buyer, reply = Json<Page<Refund>>)]
pub struct ListRefunds {
    /// Of which payment.
    pub id: Path<PaymentId>,
    /// Which page.
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
    /// How much is to go back, where that is said: more than nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn amount_in(&self, currency: Currency) -> Result<Option<Money>, FieldError> {
        let Some(amount) = &self.amount else { return Ok(None) };
        match amount.read(currency) {
            Ok(amount) if amount.minor > 0 => Ok(Some(amount)),
            Ok(_) | Err(MoneyError::Negative) => Err(FieldError::range("/amount", ABOVE_NOTHING)),
            Err(error) => Err(FieldError::of_amount("/amount", &error)),
        }
    }
}
/// What is said of a refund that would give nothing back, or less.
const ABOVE_NOTHING: &str = "an amount above 0 is expected; leave it out for all that is left";
