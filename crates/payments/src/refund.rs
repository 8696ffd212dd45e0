//! Refunds: the machine as one table, and what is kept of a refund.
//!
//! A refund claims its amount from the moment that it is written down until it has succeeded: one that failed
//! keeps its claim and is tried again under the next key, so the money cannot be given back twice. What staff asked
//! for, and surely has not gone out, they can give up. Money that was paid offline is handed back by people: it is claimed
//! until staff say that they did.

use crate::transition::{self, Trigger};
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
    /// What we do with a refund, or what the provider says of it.
    pub enum RefundTrigger {
        /// We send it.
        Send = "Ordo submits it",
        /// No answer in time, a process that ended in between, or "processing".
        Lost = "no response",
        /// It has gone out.
        Succeeded = "succeeded",
        /// Finally not under this key.
        Failed = "failed",
        /// Staff give it up.
        Withdraw = "staff withdraw it",
        /// Staff say that the money was handed over, which was paid offline.
        HandOver = "staff mark it as paid",
    }
}

/// One row of the machine.
#[derive(Debug, Clone, Copy)]
pub struct RefundRow {
    /// From any of these.
    pub from: &'static [RefundStatus],
    /// By this.
    pub trigger: RefundTrigger,
    /// To this.
    pub to: RefundStatus,
    /// And this is published.
    pub event: EventType,
    /// What it means.
    pub doc: &'static str,
}

use RefundStatus as S;
use RefundTrigger as T;

/// The machine. What has no row has no effect.
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
        doc: "sent again under the same key",
    },
    RefundRow {
        from: &[S::Submitting, S::Unknown, S::Failed],
        trigger: T::Succeeded,
        to: S::Succeeded,
        event: EventType::RefundSucceeded,
        doc: "its claim becomes refunded",
    },
    RefundRow {
        from: &[S::Submitting, S::Unknown],
        trigger: T::Failed,
        to: S::Failed,
        event: EventType::RefundFailed,
        doc: "it keeps its claim, and is retried later",
    },
    RefundRow {
        from: &[S::Requested, S::Failed],
        trigger: T::Withdraw,
        to: S::Withdrawn,
        event: EventType::RefundWithdrawn,
        doc: "its claim is released; only for refunds that staff requested, and only before the payment is closed",
    },
    RefundRow {
        from: &[S::Requested, S::Failed],
        trigger: T::HandOver,
        to: S::Succeeded,
        event: EventType::RefundSucceeded,
        doc: "its claim becomes refunded; for offline payments, and for refunds that the provider has refused",
    },
];

/// Where `trigger` leads from `from`; `None` where it has no effect.
pub fn next(from: RefundStatus, trigger: RefundTrigger) -> Option<&'static RefundRow> {
    TABLE.iter().find(|row| row.trigger == trigger && row.from.contains(&from))
}

/// What is published of a refund that has come to this state.
pub(crate) const fn event_of(state: RefundStatus) -> EventType {
    match state {
        RefundStatus::Requested => EventType::RefundRequested,
        RefundStatus::Submitting | RefundStatus::Unknown => EventType::RefundPending,
        RefundStatus::Succeeded => EventType::RefundSucceeded,
        RefundStatus::Failed => EventType::RefundFailed,
        RefundStatus::Withdrawn => EventType::RefundWithdrawn,
    }
}

/// The states from which `trigger` leads somewhere.
pub fn sources(trigger: RefundTrigger) -> Vec<RefundStatus> {
    TABLE.iter().filter(|row| row.trigger == trigger).flat_map(|row| row.from).copied().collect()
}

/// The states that a refund can be in, in the order of its life.
pub const STATES: &[RefundStatus] =
    &[S::Requested, S::Submitting, S::Succeeded, S::Failed, S::Unknown, S::Withdrawn];

/// As the database and the generated table write it.
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

/// The state of that name.
pub fn named(name_of: &str) -> Option<RefundStatus> {
    STATES.iter().copied().find(|state| name(*state) == name_of)
}

kernel::closed_enum! {
    /// Why money is given back.
    pub enum Origin {
        /// A member of staff wants it.
        Staff = "staff",
        /// More is captured than is owed.
        Cancellation = "cancellation",
        /// The money came after it was no longer wanted.
        LateMoney = "late_money",
    }
}

impl Origin {
    /// The origin of that name.
    pub fn named(name: &str) -> Option<Origin> {
        Origin::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// A refund. Money in minor units of the payment's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// The attempt whose money it is; none for money that was paid offline.
    pub attempt_id: Option<AttemptId>,
    /// Whether people handed over what the provider had refused to give back.
    pub by_hand: bool,
    /// The key of whoever asked for it, and what was asked under it.
    pub client_key: Option<(Uuid, [u8; 32])>,
    /// Why, to us.
    pub origin: Origin,
    /// How much.
    pub amount: i64,
    /// Why, to people.
    pub reason: Option<String>,
    /// Who asked for it.
    pub actor: String,
    /// Where it is.
    pub state: RefundStatus,
    /// How often it has failed.
    pub failures: i64,
    /// How often the provider was asked about it, or has told of it, since it last changed.
    pub looks: i64,
    /// When the provider was last asked about it.
    pub looked_at: Timestamp,
    /// Counts its changes.
    pub version: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Refund {
    /// It claims its amount: it has neither gone out nor been abandoned.
    pub fn claims(&self) -> bool {
        !matches!(self.state, S::Succeeded | S::Withdrawn)
    }
    /// Its money was paid offline, and is handed back by people.
    pub fn is_offline(&self) -> bool {
        self.attempt_id.is_none()
    }
    /// Its money is not the provider's to give back: people hand it over, or have.
    pub fn is_by_people(&self) -> bool {
        self.is_offline() || self.by_hand
    }
    /// The states in which staff can give it up, by how its payment is; none where they have not asked for it.
    pub fn withdrawable_in(&self, payment: Option<PaymentState>) -> Vec<S> {
        // whether anything of the payment is unsettled is no matter
        let may_be = transition::next(payment, Trigger::Withdrawn, false).is_some();
        if self.origin == Origin::Staff && may_be { sources(T::Withdraw) } else { Vec::new() }
    }
    /// It takes its amount out of what can still be refunded.
    pub fn counts(&self) -> bool {
        self.state != S::Withdrawn
    }
}

/// The machine, for the docs.
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

    /// What is published of a refund that came to this state, by hand.
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
        for origin in [Origin::Staff, Origin::Cancellation, Origin::LateMoney] {
            assert_eq!(Origin::named(origin.name()), Some(origin));
        }
        assert_eq!(named("paid"), None);
    }
}
