//! Attempts at a payment: the machine as one table, and what is kept of an attempt.
//!
//! `failed` means that the provider can no longer charge it. The provider's word wins over ours, in any order:
//! what it says again, or what it had said before something that we know already, has no row here and no effect.

use crate::operation::OperationKind;
use contracts::payments::{AttemptStatus, CaptureMode, Failure};
use kernel::{Timestamp, id::AttemptId};
use payment_provider::Charge;
use uuid::Uuid;

kernel::closed_enum! {
    /// Where an attempt is. `Unknown…` tells what was being done when the answer was lost.
    pub enum AttemptState {
        /// Written down; nothing sent yet.
        Created = "created",
        /// Waits for the customer.
        RequiresAction = "requires_action",
        /// Being sent to the provider.
        Submitting = "submitting",
        /// It may have been charged or not.
        UnknownSubmitting = "unknown_submitting",
        /// The money is authorized.
        Authorized = "authorized",
        /// Being captured.
        Capturing = "capturing",
        /// It may have been captured or not.
        UnknownCapturing = "unknown_capturing",
        /// The money is captured.
        Captured = "captured",
        /// Being voided.
        Voiding = "voiding",
        /// It may have been voided or not.
        UnknownVoiding = "unknown_voiding",
        /// Voided, before it was captured.
        Voided = "voided",
        /// The provider can no longer charge it.
        Failed = "failed",
        /// The authorization ended.
        Expired = "expired",
    }
}

kernel::closed_enum! {
    /// What we ask of an attempt, or what the provider says of it.
    pub enum AttemptTrigger {
        /// We send it, for the first time or after the customer's action.
        Send = "Ordo submits it",
        /// We capture it.
        Capture = "Ordo captures it",
        /// We void it.
        Void = "Ordo voids it",
        /// No answer in time, a process that ended in between, or "processing".
        Lost = "no response",
        /// The customer must do something.
        NeedsAction = "needs action",
        /// The money is authorized.
        Authorized = "authorized",
        /// The money is captured.
        Captured = "captured",
        /// It can never be charged any more.
        Failed = "failed",
        /// Capturing is finally refused under this key; the authorization stands.
        CaptureRefused = "capture refused",
        /// Voiding is finally refused under this key; the authorization stands.
        VoidRefused = "void refused",
        /// It was voided.
        Voided = "voided",
        /// The authorization ended by itself.
        Expired = "expired",
    }
}

/// One row of the machine.
#[derive(Debug, Clone, Copy)]
pub struct AttemptRow {
    /// From any of these.
    pub from: &'static [AttemptState],
    /// By this.
    pub trigger: AttemptTrigger,
    /// To this.
    pub to: AttemptState,
    /// What it means.
    pub doc: &'static str,
}

use AttemptState as S;
use AttemptTrigger as T;

const SUBMITTED: &[S] = &[S::Created, S::RequiresAction, S::Submitting, S::UnknownSubmitting];
const HELD: &[S] = &[S::Authorized, S::Capturing, S::UnknownCapturing, S::Voiding, S::UnknownVoiding];

const fn row(from: &'static [S], trigger: T, to: S, doc: &'static str) -> AttemptRow {
    AttemptRow { from, trigger, to, doc }
}

/// The machine. What has no row has no effect.
pub const TABLE: &[AttemptRow] = &[
    row(&[S::Created, S::RequiresAction], T::Send, S::Submitting, "its key is committed before the call"),
    row(&[S::Authorized], T::Capture, S::Capturing, "at most the amount due"),
    row(&[S::Authorized], T::Void, S::Voiding, "its key is committed before the call"),
    row(&[S::Submitting], T::Lost, S::UnknownSubmitting, "queried, or abandoned"),
    row(&[S::Capturing], T::Lost, S::UnknownCapturing, "sent again under the same key"),
    row(&[S::Voiding], T::Lost, S::UnknownVoiding, "sent again under the same key"),
    row(&[S::Submitting, S::UnknownSubmitting], T::NeedsAction, S::RequiresAction, "the customer must act"),
    row(SUBMITTED, T::Authorized, S::Authorized, "secured"),
    row(SUBMITTED, T::Captured, S::Captured, "secured"),
    row(HELD, T::Captured, S::Captured, "the rest of the authorization ends"),
    row(SUBMITTED, T::Failed, S::Failed, "another attempt can be made"),
    row(SUBMITTED, T::Voided, S::Failed, "ended at the provider"),
    row(SUBMITTED, T::Expired, S::Failed, "ended at the provider"),
    row(
        &[S::Capturing, S::UnknownCapturing],
        T::CaptureRefused,
        S::Authorized,
        "the next try has the next key",
    ),
    row(&[S::Voiding, S::UnknownVoiding], T::VoidRefused, S::Authorized, "the next try has the next key"),
    row(HELD, T::Voided, S::Voided, "the authorization is voided"),
    row(HELD, T::Expired, S::Expired, "the authorization has expired"),
    row(HELD, T::Failed, S::Expired, "the authorization has expired"),
    row(&[S::Failed], T::Authorized, S::Authorized, "late: it is voided"),
    row(&[S::Failed, S::Voided, S::Expired], T::Captured, S::Captured, "late: it is refunded"),
];

/// Where `trigger` leads from `from`; `None` where it has no effect.
pub fn next(from: AttemptState, trigger: AttemptTrigger) -> Option<AttemptState> {
    TABLE.iter().find(|row| row.trigger == trigger && row.from.contains(&from)).map(|row| row.to)
}

impl AttemptState {
    /// The state of that name.
    pub fn named(name: &str) -> Option<S> {
        S::ALL.into_iter().find(|state| state.name() == name)
    }
    /// As clients see it.
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
    /// Nothing is authorized or captured, as far as anybody knows.
    pub const fn is_over(self) -> bool {
        matches!(self, S::Voided | S::Failed | S::Expired)
    }
    /// Money is authorized and not captured.
    pub fn is_held(self) -> bool {
        HELD.contains(&self)
    }
    /// It has been begun, and the provider has authorized nothing yet.
    pub fn is_submitted(self) -> bool {
        SUBMITTED.contains(&self)
    }
    /// The operation that is under way, or whose outcome is not known.
    pub const fn operation(self) -> Option<OperationKind> {
        match self {
            S::Submitting | S::UnknownSubmitting => Some(OperationKind::Submit),
            S::Capturing | S::UnknownCapturing => Some(OperationKind::Capture),
            S::Voiding | S::UnknownVoiding => Some(OperationKind::Void),
            _ => None,
        }
    }
    /// A call is under way, or its outcome is not known.
    pub const fn is_asking(self) -> bool {
        self.operation().is_some()
    }
    /// A call is under way, or is to begin at once.
    pub const fn is_called(self) -> bool {
        matches!(self, S::Created | S::Submitting | S::Capturing | S::Voiding)
    }
    /// The answer to a call is lost.
    pub const fn is_unknown(self) -> bool {
        matches!(self, S::UnknownSubmitting | S::UnknownCapturing | S::UnknownVoiding)
    }
}

/// An attempt at a payment. Money in minor units of the payment's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// The key of whoever asked for it; the same key is the same attempt, forever.
    pub client_key: Uuid,
    /// What was asked under that key.
    pub body_hash: [u8; 32],
    /// The name of the provider that it is made at.
    pub provider: String,
    /// The provider's token.
    pub method: String,
    /// When the money is taken.
    pub capture: CaptureMode,
    /// Where it is.
    pub state: AttemptState,
    /// It is the one attempt that the payment rests on, or may come to rest on.
    pub live: bool,
    /// Its money came too late: all of it goes back.
    pub surplus: bool,
    /// How much was asked for.
    pub amount: i64,
    /// The most that was ever authorized.
    pub authorized: i64,
    /// What was taken.
    pub captured: i64,
    /// What the capture under way asks for.
    pub to_capture: i64,
    /// The provider's name for the charge.
    pub charge: Option<String>,
    /// Where the customer must go.
    pub action_url: Option<String>,
    /// Why it failed, by a code; the words are those of the code.
    pub failure: Option<Failure>,
    /// How often the provider has been asked about it, or must be, since it last said how it stands. While there is a
    /// question without an answer, it is asked again, wherever the attempt is.
    pub looks: i64,
    /// How often there was something to know about it, ever: an answer ends the question that it was asked for, and no newer
    /// one.
    pub wonders: i64,
    /// When the provider was last asked about it.
    pub looked_at: Timestamp,
    /// When the money was authorized.
    pub authorized_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Attempt {
    /// What is authorized and not captured.
    pub fn held(&self) -> i64 {
        if self.state.is_held() { self.authorized } else { 0 }
    }

    /// Whether it ended because the provider could not be reached.
    pub fn is_provider_unavailable(&self) -> bool {
        self.state == S::Failed && self.failure.as_ref().is_some_and(Failure::is_provider_unavailable)
    }

    /// What an order is paid with by it, once it has come to `state`: what the provider has taken and kept, or authorized.
    pub fn worth(&self, state: AttemptState, charge: &Charge) -> i64 {
        match state {
            S::Captured => self.captured.saturating_sub(charge.refunded),
            _ => self.authorized,
        }
    }

    /// Takes in what the provider says besides the state; never less than what is known.
    pub fn describe(&mut self, charge: &Charge) {
        if charge.reference.is_some() {
            self.charge.clone_from(&charge.reference);
        }
        self.authorized = self.authorized.max(charge.authorized).max(charge.captured);
        self.captured = self.captured.max(charge.captured);
    }
}

/// The machine, for the docs.
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

    // every pair by hand: a row for each state, a column for each trigger, `.` where it has no effect
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
    /// The columns: send, capture, void, lost, needs action, authorized, captured, failed,
    /// capture refused, void refused, voided, expired.
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
