//! Payment attempts: the state machine as one table, and the stored data of an attempt.
//!
//! `failed` means that the provider can no longer charge the attempt. What the provider reports wins over our state, in any
//! sequence: a repeated or outdated report has no row here and no effect.

use crate::operation::OperationKind;
use contracts::payments::{AttemptStatus, CaptureMode, Failure};
use kernel::{Timestamp, id::AttemptId};
use payment_provider::Charge;
use uuid::Uuid;

kernel::closed_enum! {
    /// State of an attempt. `Unknown…` names the operation whose response was lost.
    pub enum AttemptState {
        /// Created; nothing sent yet.
        Created = "created",
        /// Waiting for the customer.
        RequiresAction = "requires_action",
        /// Being sent to the provider.
        Submitting = "submitting",
        /// Charged or not; the outcome is unknown.
        UnknownSubmitting = "unknown_submitting",
        /// The amount is authorized.
        Authorized = "authorized",
        /// Being captured.
        Capturing = "capturing",
        /// Captured or not; the outcome is unknown.
        UnknownCapturing = "unknown_capturing",
        /// The amount is captured.
        Captured = "captured",
        /// Being voided.
        Voiding = "voiding",
        /// Voided or not; the outcome is unknown.
        UnknownVoiding = "unknown_voiding",
        /// Voided before the capture.
        Voided = "voided",
        /// The provider can no longer charge the attempt.
        Failed = "failed",
        /// The authorization ended.
        Expired = "expired",
    }
}

kernel::closed_enum! {
    /// Trigger of an attempt: our operation, or a report of the provider.
    pub enum AttemptTrigger {
        /// The attempt is sent, for the first time or after the customer's action.
        Send = "submit",
        /// The capture is sent.
        Capture = "capture",
        /// The void is sent.
        Void = "void",
        /// No response in time, a process that ended in between, or "processing".
        Lost = "no response",
        /// The customer has to act.
        NeedsAction = "action required",
        /// The amount is authorized.
        Authorized = "authorized",
        /// The amount is captured.
        Captured = "captured",
        /// The attempt can never be charged any more.
        Failed = "failed",
        /// The capture is finally declined under this key; the authorization remains.
        CaptureRefused = "capture declined",
        /// The void is finally declined under this key; the authorization remains.
        VoidRefused = "void declined",
        /// The authorization was voided.
        Voided = "voided",
        /// The authorization expired.
        Expired = "expired",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct AttemptRow {
    /// States in which the row applies.
    pub from: &'static [AttemptState],
    /// Trigger.
    pub trigger: AttemptTrigger,
    /// New state.
    pub to: AttemptState,
    /// Meaning of the row.
    pub doc: &'static str,
}

use AttemptState as S;
use AttemptTrigger as T;

const SUBMITTED: &[S] = &[S::Created, S::RequiresAction, S::Submitting, S::UnknownSubmitting];
const HELD: &[S] = &[S::Authorized, S::Capturing, S::UnknownCapturing, S::Voiding, S::UnknownVoiding];

const fn row(from: &'static [S], trigger: T, to: S, doc: &'static str) -> AttemptRow {
    AttemptRow { from, trigger, to, doc }
}

/// The table. A trigger without a row has no effect.
pub const TABLE: &[AttemptRow] = &[
    row(&[S::Created, S::RequiresAction], T::Send, S::Submitting, "the key is committed before the call"),
    row(&[S::Authorized], T::Capture, S::Capturing, "at most the amount due"),
    row(&[S::Authorized], T::Void, S::Voiding, "the key is committed before the call"),
    row(&[S::Submitting], T::Lost, S::UnknownSubmitting, "queried again, or abandoned"),
    row(&[S::Capturing], T::Lost, S::UnknownCapturing, "retried with the same key"),
    row(&[S::Voiding], T::Lost, S::UnknownVoiding, "retried with the same key"),
    row(&[S::Submitting, S::UnknownSubmitting], T::NeedsAction, S::RequiresAction, "customer redirected"),
    row(SUBMITTED, T::Authorized, S::Authorized, "payment secured"),
    row(SUBMITTED, T::Captured, S::Captured, "payment secured"),
    row(HELD, T::Captured, S::Captured, "the rest of the authorization is released"),
    row(SUBMITTED, T::Failed, S::Failed, "another attempt can be made"),
    row(SUBMITTED, T::Voided, S::Failed, "ended at the provider"),
    row(SUBMITTED, T::Expired, S::Failed, "ended at the provider"),
    row(
        &[S::Capturing, S::UnknownCapturing],
        T::CaptureRefused,
        S::Authorized,
        "the next try uses the next key",
    ),
    row(&[S::Voiding, S::UnknownVoiding], T::VoidRefused, S::Authorized, "the next try uses the next key"),
    row(HELD, T::Voided, S::Voided, "the authorization is voided"),
    row(HELD, T::Expired, S::Expired, "the authorization has ended"),
    row(HELD, T::Failed, S::Expired, "the authorization has ended"),
    row(&[S::Failed], T::Authorized, S::Authorized, "late authorization: voided"),
    row(&[S::Failed, S::Voided, S::Expired], T::Captured, S::Captured, "late capture: refunded"),
];

/// The state that `trigger` leads to from `from`. `None` if it has no effect.
pub fn next(from: AttemptState, trigger: AttemptTrigger) -> Option<AttemptState> {
    TABLE.iter().find(|row| row.trigger == trigger && row.from.contains(&from)).map(|row| row.to)
}

impl AttemptState {
    /// The state with this name.
    pub fn named(name: &str) -> Option<S> {
        S::ALL.into_iter().find(|state| state.name() == name)
    }
    /// Status as returned to clients.
    pub const fn status(self) -> AttemptStatus {
        match self {
            S::Created => AttemptStatus::Created,
            S::RequiresAction => AttemptStatus::RequiresAction,
            S::Submitting => AttemptStatus::Submitting,
            S::Authorized => AttemptStatus::Authorized,
            S::Capturing => AttemptStatus::Capturing,
            S::Captured => AttemptStatus::Captured,
            S::Voiding => AttemptStatus::Voiding,
            S::Voided => AttemptStatus::Voided,
            S::Failed => AttemptStatus::Failed,
            S::Expired => AttemptStatus::Expired,
            S::UnknownSubmitting | S::UnknownCapturing | S::UnknownVoiding => AttemptStatus::Unknown,
        }
    }
    /// True if nothing is authorized or captured, as far as known.
    pub const fn is_over(self) -> bool {
        matches!(self, S::Voided | S::Failed | S::Expired)
    }
    /// True if an amount is authorized and not captured.
    pub fn is_held(self) -> bool {
        HELD.contains(&self)
    }
    /// True if the attempt has begun, and the provider has authorized nothing yet.
    pub fn is_submitted(self) -> bool {
        SUBMITTED.contains(&self)
    }
    /// The operation that is in progress, or whose outcome is unknown.
    pub const fn operation(self) -> Option<OperationKind> {
        match self {
            S::Submitting | S::UnknownSubmitting => Some(OperationKind::Submit),
            S::Capturing | S::UnknownCapturing => Some(OperationKind::Capture),
            S::Voiding | S::UnknownVoiding => Some(OperationKind::Void),
            _ => None,
        }
    }
    /// True if a call is in progress, or its outcome is unknown.
    pub const fn is_asking(self) -> bool {
        self.operation().is_some()
    }
    /// True if a call is in progress, or about to begin.
    pub const fn is_called(self) -> bool {
        matches!(self, S::Created | S::Submitting | S::Capturing | S::Voiding)
    }
    /// True if the response to a call was lost.
    pub const fn is_unknown(self) -> bool {
        matches!(self, S::UnknownSubmitting | S::UnknownCapturing | S::UnknownVoiding)
    }
}

/// A payment attempt. Amounts in minor units of the payment's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// ID of the attempt.
    pub id: AttemptId,
    /// Idempotency key of the client. The same key is always the same attempt.
    pub client_key: Uuid,
    /// Hash of the request body under that key.
    pub body_hash: [u8; 32],
    /// Name of the payment provider.
    pub provider: String,
    /// The provider's token.
    pub method: String,
    /// Time of the capture.
    pub capture: CaptureMode,
    /// State of the attempt.
    pub state: AttemptState,
    /// True for the one attempt that secures the payment, or can come to secure it.
    pub live: bool,
    /// True if its money came too late, so that all of it is refunded.
    pub surplus: bool,
    /// Amount requested.
    pub amount: i64,
    /// Highest amount that was ever authorized.
    pub authorized: i64,
    /// Amount captured.
    pub captured: i64,
    /// Amount of the capture in progress.
    pub to_capture: i64,
    /// The provider's reference of the charge.
    pub charge: Option<String>,
    /// URL for the customer's action.
    pub action_url: Option<String>,
    /// Failure by its code, with the standard message of the code.
    pub failure: Option<Failure>,
    /// Number of queries to the provider, sent or due, since it last reported the state. While a query has no response, it is
    /// repeated in any state of the attempt.
    pub looks: i64,
    /// Number of queries that ever became necessary. A response answers the query for which it was requested, and no newer one.
    pub wonders: i64,
    /// Time of the last query.
    pub looked_at: Timestamp,
    /// Time at which the amount was authorized.
    pub authorized_at: Option<Timestamp>,
    /// Time at which the attempt was created.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

impl Attempt {
    /// Amount authorized and not captured.
    pub fn held(&self) -> i64 {
        if self.state.is_held() { self.authorized } else { 0 }
    }

    /// True if the attempt failed because the provider could not be reached.
    pub fn is_provider_unavailable(&self) -> bool {
        self.state == S::Failed && self.failure.as_ref().is_some_and(Failure::is_provider_unavailable)
    }

    /// Amount by which the attempt pays for the order in `state`: captured and not refunded at the provider, or authorized.
    pub fn worth(&self, state: AttemptState, charge: &Charge) -> i64 {
        match state {
            S::Captured => self.captured.saturating_sub(charge.refunded),
            _ => self.authorized,
        }
    }

    /// Applies what the provider reports besides the state. Amounts never decrease.
    pub fn describe(&mut self, charge: &Charge) {
        if charge.reference.is_some() {
            self.charge.clone_from(&charge.reference);
        }
        self.authorized = self.authorized.max(charge.authorized).max(charge.captured);
        self.captured = self.captured.max(charge.captured);
    }
}

/// The table as Markdown.
pub fn markdown() -> String {
    let mut text = "| from | trigger | to | meaning |\n|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let from: Vec<&str> = row.from.iter().map(|state| state.name()).collect();
        let (trigger, to) = (row.trigger.name(), row.to.name());
        text.push_str(&format!("| {} | {trigger} | {to} | {} |\n", from.join(", "), row.doc));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // every pair, written by hand: a row for each state, a column for each trigger, `.` for no effect
    const SU: &str = "submitting";
    const US: &str = "unknown_submitting";
    const RA: &str = "requires_action";
    const AU: &str = "authorized";
    const CG: &str = "capturing";
    const UC: &str = "unknown_capturing";
    const CD: &str = "captured";
    const VG: &str = "voiding";
    const UV: &str = "unknown_voiding";
    const VD: &str = "voided";
    const FA: &str = "failed";
    const EX: &str = "expired";
    const __: &str = ".";
    /// The columns: send, capture, void, lost, needs action, authorized, captured, failed, capture refused, void refused, voided,
    /// expired.
    #[rustfmt::skip]
    const EXPECTED: &[(S, [&str; 12])] = &[
        (S::Created,           [SU, __, __, __, __, AU, CD, FA, __, __, FA, FA]),
        (S::RequiresAction,    [SU, __, __, __, __, AU, CD, FA, __, __, FA, FA]),
        (S::Submitting,        [__, __, __, US, RA, AU, CD, FA, __, __, FA, FA]),
        (S::UnknownSubmitting, [__, __, __, __, RA, AU, CD, FA, __, __, FA, FA]),
        (S::Authorized,        [__, CG, VG, __, __, __, CD, EX, __, __, VD, EX]),
        (S::Capturing,         [__, __, __, UC, __, __, CD, EX, AU, __, VD, EX]),
        (S::UnknownCapturing,  [__, __, __, __, __, __, CD, EX, AU, __, VD, EX]),
        (S::Captured,          [__, __, __, __, __, __, __, __, __, __, __, __]),
        (S::Voiding,           [__, __, __, UV, __, __, CD, EX, __, AU, VD, EX]),
        (S::UnknownVoiding,    [__, __, __, __, __, __, CD, EX, __, AU, VD, EX]),
        (S::Voided,            [__, __, __, __, __, __, CD, __, __, __, __, __]),
        (S::Failed,            [__, __, __, __, __, AU, CD, __, __, __, __, __]),
        (S::Expired,           [__, __, __, __, __, __, CD, __, __, __, __, __]),
    ];

    #[test]
    fn every_pair_leads_where_it_should() {
        assert_eq!(EXPECTED.iter().map(|(state, _)| *state).collect::<Vec<_>>(), S::ALL);
        for (state, row) in EXPECTED {
            assert_eq!(row.len(), T::ALL.len(), "a trigger is not tried");
            for (trigger, to) in T::ALL.into_iter().zip(row) {
                let found = next(*state, trigger).map_or(".", S::name);
                assert_eq!(found, *to, "{} by {}", state.name(), trigger.name());
            }
        }
    }

    #[test]
    fn no_pair_has_two_rows() {
        for state in S::ALL {
            for trigger in T::ALL {
                let rows = TABLE.iter().filter(|row| row.trigger == trigger && row.from.contains(&state));
                assert!(rows.count() <= 1, "{} by {}", state.name(), trigger.name());
            }
        }
    }

    #[test]
    fn money_that_is_taken_stays_taken() {
        assert!(T::ALL.into_iter().all(|trigger| next(S::Captured, trigger).is_none()));
    }

    #[test]
    fn names_read_back() {
        for state in S::ALL {
            assert_eq!(S::named(state.name()), Some(state));
        }
        assert_eq!(S::named("paid"), None);
    }
}
