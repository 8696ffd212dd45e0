//! Refunds: the state machine as one table, and the stored data of a refund.
//!
//! A refund claims its amount from its creation until it has succeeded. A failed refund keeps its claim and is retried with the
//! next key, so that the amount cannot be refunded twice. Staff can cancel a refund that they requested and that has certainly
//! not been sent. The refund of an offline payment is paid by staff: it claims its amount until they mark it as paid.

use crate::transition::{self, PaymentTrigger};
use contracts::{
    events::EventType,
    payments::{PaymentState, RefundStatus},
};
use kernel::{
    Timestamp,
    id::{AttemptId, RefundId},
};
use uuid::Uuid;

kernel::closed_enum! {
    /// Trigger of a refund: our operation, or a report of the provider.
    pub enum RefundTrigger {
        /// The refund is sent.
        Send = "submit",
        /// No response in time, a process that ended in between, or "processing".
        Lost = "no response",
        /// The refund is paid out.
        Succeeded = "succeeded",
        /// The refund is finally declined under this key.
        Failed = "failed",
        /// Staff cancel the refund.
        Withdraw = "cancelled by staff",
        /// Staff mark the refund of an offline payment as paid.
        HandOver = "marked as paid by staff",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct RefundRow {
    /// States in which the row applies.
    pub from: &'static [RefundStatus],
    /// Trigger.
    pub trigger: RefundTrigger,
    /// New state.
    pub to: RefundStatus,
    /// Event that is published.
    pub event: EventType,
    /// Meaning of the row.
    pub doc: &'static str,
}

use RefundStatus as S;
use RefundTrigger as T;

/// The table. A trigger without a row has no effect.
pub const TABLE: &[RefundRow] = &[
    RefundRow {
        from: &[S::Requested, S::Failed],
        trigger: T::Send,
        to: S::Submitting,
        event: EventType::RefundPending,
        doc: "the next key is committed before the call",
    },
    RefundRow {
        from: &[S::Submitting],
        trigger: T::Lost,
        to: S::Unknown,
        event: EventType::RefundPending,
        doc: "retried with the same key",
    },
    RefundRow {
        from: &[S::Submitting, S::Unknown, S::Failed],
        trigger: T::Succeeded,
        to: S::Succeeded,
        event: EventType::RefundSucceeded,
        doc: "the claimed amount becomes refunded",
    },
    RefundRow {
        from: &[S::Submitting, S::Unknown],
        trigger: T::Failed,
        to: S::Failed,
        event: EventType::RefundFailed,
        doc: "the amount stays claimed; retried later",
    },
    RefundRow {
        from: &[S::Requested, S::Failed],
        trigger: T::Withdraw,
        to: S::Withdrawn,
        event: EventType::RefundWithdrawn,
        doc: "the claim is released; only if staff requested the refund, and only before the payment is closed",
    },
    RefundRow {
        from: &[S::Requested, S::Failed],
        trigger: T::HandOver,
        to: S::Succeeded,
        event: EventType::RefundSucceeded,
        doc: "the claimed amount becomes refunded; for offline payments, and for refunds declined by the provider",
    },
];

/// The row for `trigger` from `from`. `None` if it has no effect.
pub fn next(from: RefundStatus, trigger: RefundTrigger) -> Option<&'static RefundRow> {
    TABLE.iter().find(|row| row.trigger == trigger && row.from.contains(&from))
}

/// Event that is published when a refund has reached this state.
pub(crate) const fn event_of(state: RefundStatus) -> EventType {
    match state {
        RefundStatus::Requested => EventType::RefundRequested,
        RefundStatus::Submitting | RefundStatus::Unknown => EventType::RefundPending,
        RefundStatus::Succeeded => EventType::RefundSucceeded,
        RefundStatus::Failed => EventType::RefundFailed,
        RefundStatus::Withdrawn => EventType::RefundWithdrawn,
    }
}

/// States in which `trigger` has an effect.
pub fn sources(trigger: RefundTrigger) -> Vec<RefundStatus> {
    TABLE.iter().filter(|row| row.trigger == trigger).flat_map(|row| row.from).copied().collect()
}

/// States of a refund, in lifecycle order.
pub const STATES: &[RefundStatus] =
    &[S::Requested, S::Submitting, S::Succeeded, S::Failed, S::Unknown, S::Withdrawn];

/// Name in the database and in the generated table.
pub const fn name(state: RefundStatus) -> &'static str {
    match state {
        S::Requested => "requested",
        S::Submitting => "submitting",
        S::Succeeded => "succeeded",
        S::Failed => "failed",
        S::Unknown => "unknown",
        S::Withdrawn => "withdrawn",
    }
}

/// The state with this name.
pub fn named(name_of: &str) -> Option<RefundStatus> {
    STATES.iter().copied().find(|state| name(*state) == name_of)
}

kernel::closed_enum! {
    /// Origin of a refund.
    pub enum RefundOrigin {
        /// Requested by staff.
        Staff = "staff",
        /// More is captured than is due.
        Cancellation = "cancellation",
        /// The money came when it was no longer due.
        LateMoney = "late_money",
    }
}

impl RefundOrigin {
    /// The origin with this name.
    pub fn named(name: &str) -> Option<RefundOrigin> {
        RefundOrigin::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// A refund. Amounts in minor units of the payment's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// ID of the refund.
    pub id: RefundId,
    /// ID of the refunded attempt. `None` for an offline payment.
    pub attempt_id: Option<AttemptId>,
    /// True if staff paid a refund that the provider had declined.
    pub by_hand: bool,
    /// Idempotency key of the client, and the hash of the request body.
    pub client_key: Option<(Uuid, [u8; 32])>,
    /// Internal reason.
    pub origin: RefundOrigin,
    /// Amount of the refund.
    pub amount: i64,
    /// Reason that people gave.
    pub reason: Option<String>,
    /// Actor who requested the refund.
    pub actor: String,
    /// State of the refund.
    pub state: RefundStatus,
    /// Number of failures.
    pub failures: i64,
    /// Number of queries to the provider, or reports from it, since the last change.
    pub looks: i64,
    /// Time of the last query.
    pub looked_at: Timestamp,
    /// Version. Increases with each change.
    pub version: i64,
    /// Time at which the refund was requested.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

impl Refund {
    /// True if the refund claims its amount: it is neither paid out nor cancelled.
    pub fn claims(&self) -> bool {
        !matches!(self.state, S::Succeeded | S::Withdrawn)
    }
    /// True if the payment was offline, so that staff pay the refund.
    pub fn is_offline(&self) -> bool {
        self.attempt_id.is_none()
    }
    /// True if the provider does not pay the refund, because staff pay it or have paid it.
    pub fn is_by_people(&self) -> bool {
        self.is_offline() || self.by_hand
    }
    /// States in which staff can cancel the refund, depending on the state of its payment. Empty if staff did not request it.
    pub fn withdrawable_in(&self, payment: Option<PaymentState>) -> Vec<S> {
        // unsettled attempts make no difference
        let may_be = transition::next(payment, PaymentTrigger::Withdrawn, false).is_some();
        if self.origin == RefundOrigin::Staff && may_be { sources(T::Withdraw) } else { Vec::new() }
    }
    /// True if the amount reduces the refundable balance.
    pub fn counts(&self) -> bool {
        self.state != S::Withdrawn
    }
}

/// The table as Markdown.
pub fn markdown() -> String {
    let mut text = "| from | trigger | to | event | meaning |\n|---|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let from: Vec<&str> = row.from.iter().map(|state| name(*state)).collect();
        let (from, trigger, to) = (from.join(", "), row.trigger.name(), name(row.to));
        text.push_str(&format!("| {from} | {trigger} | {to} | `{}` | {} |\n", row.event, row.doc));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_leads_where_it_should() {
        // by state: send, lost, succeeded, failed, withdraw, hand over
        let expected = [
            (S::Requested, ["submitting", ".", ".", ".", "withdrawn", "succeeded"]),
            (S::Submitting, [".", "unknown", "succeeded", "failed", ".", "."]),
            (S::Succeeded, [".", ".", ".", ".", ".", "."]),
            (S::Failed, ["submitting", ".", "succeeded", ".", "withdrawn", "succeeded"]),
            (S::Unknown, [".", ".", "succeeded", "failed", ".", "."]),
            (S::Withdrawn, [".", ".", ".", ".", ".", "."]),
        ];
        assert_eq!(expected.map(|(state, _)| state), STATES);
        for (state, row) in expected {
            assert_eq!(row.len(), T::ALL.len(), "a trigger is not tried");
            for (trigger, to) in T::ALL.into_iter().zip(row) {
                let row = next(state, trigger);
                assert_eq!(row.map_or(".", |row| name(row.to)), to, "{} by {}", name(state), trigger.name());
                let told = row.map(|row| row.event.to_string());
                assert_eq!(told.as_deref(), told_as(to), "{} by {}", name(state), trigger.name());
            }
        }
    }

    /// Event of a refund that reached this state, written by hand.
    fn told_as(to: &str) -> Option<&'static str> {
        match to {
            "submitting" | "unknown" => Some("refund.pending"),
            "succeeded" => Some("refund.succeeded"),
            "failed" => Some("refund.failed"),
            "withdrawn" => Some("refund.withdrawn"),
            _ => None,
        }
    }

    #[test]
    fn what_may_have_gone_out_is_not_given_up() {
        assert_eq!(sources(T::Withdraw), [S::Requested, S::Failed]);
    }

    #[test]
    fn names_read_back() {
        for state in STATES {
            assert_eq!(named(name(*state)), Some(*state));
        }
        for origin in [RefundOrigin::Staff, RefundOrigin::Cancellation, RefundOrigin::LateMoney] {
            assert_eq!(RefundOrigin::named(origin.name()), Some(origin));
        }
        assert_eq!(named("paid"), None);
    }
}
