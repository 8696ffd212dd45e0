//! State machine of a payment as one table: from, trigger, to, and the published event.
//!
//! Two triggers depend on whether something is unsettled, that is, whether there is a live attempt that is not captured: the
//! provider can still charge it, or release the authorization. Closed is final (R4): money that comes later is refunded.

use contracts::{events::EventType, payments::PaymentState};

kernel::closed_enum! {
    /// Trigger of a payment transition.
    pub enum PaymentTrigger {
        /// The payment is opened by its first attempt.
        Open = "payment opened",
        /// An attempt is created.
        Begin = "attempt created",
        /// An attempt is waiting, is being captured or voided, or its outcome is unknown.
        Wait = "attempt waiting, or its outcome unknown",
        /// The amount is authorized.
        Authorized = "authorized",
        /// The amount is captured.
        Captured = "captured",
        /// The amount due is 0: there is nothing to attempt, or no attempt is needed any more.
        NothingOwed = "amount due is 0",
        /// The payment was offline.
        Offline = "paid offline",
        /// The live attempt failed.
        Failed = "live attempt failed",
        /// The authorization was voided.
        Voided = "voided",
        /// The authorization expired.
        Lapsed = "authorization expired",
        /// The authorization ended while the amount due is 0, so that it is not needed.
        NotMissed = "voided or expired, amount due is 0",
        /// Close the payment if it turns out not to be paid.
        CloseIfUnpaid = "close if unpaid",
        /// Close the payment in any case.
        CloseAlways = "close always",
        /// The order was lost, and the order that repeats it takes over the payment.
        TakenOver = "taken over by the repeat of its lost order",
        /// The amount due was reduced.
        OwedLess = "amount due reduced",
        /// A refund claims its amount, or is paid out.
        Refunded = "refund claimed or paid out",
        /// A refund was cancelled, and its claim is released.
        Withdrawn = "refund cancelled",
        /// A capture came too late and is refunded.
        LateMoney = "late capture",
        /// An authorization came too late and is voided.
        LateAuthorization = "late authorization",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct PaymentTransition {
    /// States in which the row applies.
    pub from: &'static [PaymentState],
    /// True if the row also applies when there is no payment yet, and creates it.
    pub new: bool,
    /// Trigger.
    pub trigger: PaymentTrigger,
    /// Only while something is unsettled (`true`), or only while nothing is (`false`). `None`: in both cases.
    pub unsettled: Option<bool>,
    /// New state. `None`: unchanged.
    pub to: Option<PaymentState>,
    /// Event that is published.
    pub event: EventType,
}

impl PaymentTransition {
    /// True if the row applies to a payment in this state. `None`: there is no payment yet.
    pub fn is_from(&self, from: Option<PaymentState>) -> bool {
        from.map_or(self.new, |state| self.from.contains(&state))
    }
    const fn or_new(mut self) -> PaymentTransition {
        self.new = true;
        self
    }
}

use EventType as E;
use PaymentState as S;
use PaymentTrigger as T;

const ANY: &[S] = STATES;
const CLOSING: &[S] = &[S::ClosingIfUnpaid, S::ClosingAlways];

const fn row(from: &'static [S], trigger: T, to: S, event: E) -> PaymentTransition {
    PaymentTransition { from, new: false, trigger, unsettled: None, to: Some(to), event }
}
const fn stay(from: &'static [S], trigger: T, event: E) -> PaymentTransition {
    PaymentTransition { from, new: false, trigger, unsettled: None, to: None, event }
}
const fn when(unsettled: bool, from: &'static [S], trigger: T, to: S, event: E) -> PaymentTransition {
    PaymentTransition { from, new: false, trigger, unsettled: Some(unsettled), to: Some(to), event }
}

/// The table. A trigger without a row is not allowed.
pub const TABLE: &[PaymentTransition] = &[
    row(&[], T::Open, S::Open, E::PaymentOpened).or_new(),
    stay(&[S::Open], T::Begin, E::PaymentPending),
    stay(ANY, T::Wait, E::PaymentPending),
    row(&[S::Open, S::ClosingIfUnpaid], T::Authorized, S::Secured, E::PaymentAuthorized),
    stay(&[S::Secured, S::ClosingAlways], T::Authorized, E::PaymentAuthorized),
    row(&[S::Open, S::ClosingIfUnpaid, S::Secured], T::Captured, S::Secured, E::PaymentCaptured),
    row(&[S::ClosingAlways], T::Captured, S::Closed, E::PaymentClosed),
    row(&[S::Open, S::ClosingIfUnpaid], T::NothingOwed, S::Secured, E::PaymentCaptured),
    row(&[S::Open], T::Offline, S::Secured, E::PaymentCaptured).or_new(),
    stay(&[S::Open], T::Failed, E::PaymentFailed),
    row(CLOSING, T::Failed, S::Closed, E::PaymentClosed),
    row(&[S::Secured], T::Voided, S::Open, E::PaymentVoided),
    row(&[S::ClosingAlways], T::Voided, S::Closed, E::PaymentClosed),
    row(&[S::Secured], T::Lapsed, S::Open, E::PaymentLapsed),
    row(&[S::ClosingAlways], T::Lapsed, S::Closed, E::PaymentClosed),
    stay(&[S::Secured], T::NotMissed, E::PaymentVoided),
    when(false, &[S::Open], T::CloseIfUnpaid, S::Closed, E::PaymentClosed).or_new(),
    when(true, &[S::Open], T::CloseIfUnpaid, S::ClosingIfUnpaid, E::PaymentUpdated),
    when(false, &[S::Open, S::Secured], T::CloseAlways, S::Closed, E::PaymentClosed).or_new(),
    when(
        true,
        &[S::Open, S::ClosingIfUnpaid, S::Secured],
        T::CloseAlways,
        S::ClosingAlways,
        E::PaymentUpdated,
    ),
    stay(&[S::Open, S::Secured, S::ClosingIfUnpaid], T::OwedLess, E::PaymentUpdated),
    stay(&[S::Open, S::Secured], T::TakenOver, E::PaymentUpdated),
    stay(ANY, T::Refunded, E::PaymentRefunded),
    stay(&[S::Open, S::Secured, S::ClosingIfUnpaid], T::Withdrawn, E::PaymentRefunded),
    stay(ANY, T::LateMoney, E::PaymentCaptured),
    stay(ANY, T::LateAuthorization, E::PaymentUpdated),
];

/// The row for `trigger` from `from`, where `None` means that there is no payment yet. Returns `None` if it is not allowed.
pub fn next(from: Option<S>, trigger: T, unsettled: bool) -> Option<&'static PaymentTransition> {
    let fits = |row: &&PaymentTransition| row.unsettled.is_none_or(|wanted| wanted == unsettled);
    TABLE.iter().filter(fits).find(|row| row.trigger == trigger && row.is_from(from))
}

/// States of a payment, in lifecycle order.
pub const STATES: &[S] = &[S::Open, S::Secured, S::ClosingIfUnpaid, S::ClosingAlways, S::Closed];

/// Name in the database and in the generated table.
pub const fn name(state: S) -> &'static str {
    match state {
        S::Open => "open",
        S::Secured => "secured",
        S::ClosingIfUnpaid => "closing_if_unpaid",
        S::ClosingAlways => "closing_always",
        S::Closed => "closed",
    }
}

/// The state with this name.
pub fn named(name_of: &str) -> Option<S> {
    STATES.iter().copied().find(|state| name(*state) == name_of)
}

/// The table as Markdown.
pub fn markdown() -> String {
    let mut text = "| from | trigger | unsettled | to | event |\n|---|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let new = row.new.then_some("–");
        let from: Vec<&str> = new.into_iter().chain(row.from.iter().map(|state| name(*state))).collect();
        let unsettled = row.unsettled.map_or("", |wanted| if wanted { "yes" } else { "no" });
        let to = row.to.map_or("unchanged", name);
        let (from, trigger) = (from.join(", "), row.trigger.name());
        text.push_str(&format!("| {from} | {trigger} | {unsettled} | {to} | `{}` |\n", row.event));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By trigger, written by hand: the state that each state leads to, and the published event unless the payment closes. The
    /// states: none yet, open, secured, closing if unpaid, closing always, closed.
    const O: &str = "open";
    const S_: &str = "secured";
    const I: &str = "closing_if_unpaid";
    const A: &str = "closing_always";
    const C: &str = "closed";
    const NO: &str = ".";
    const EXPECTED: &[(T, bool, &str, [&str; 6])] = &[
        (T::Open, false, "opened", [O, NO, NO, NO, NO, NO]),
        (T::Begin, false, "pending", [NO, O, NO, NO, NO, NO]),
        (T::Wait, false, "pending", [NO, O, S_, I, A, C]),
        (T::Authorized, false, "authorized", [NO, S_, S_, S_, A, NO]),
        (T::Captured, false, "captured", [NO, S_, S_, S_, C, NO]),
        (T::NothingOwed, false, "captured", [NO, S_, NO, S_, NO, NO]),
        (T::Offline, false, "captured", [S_, S_, NO, NO, NO, NO]),
        (T::Failed, false, "failed", [NO, O, NO, C, C, NO]),
        (T::Voided, false, "voided", [NO, NO, O, NO, C, NO]),
        (T::Lapsed, false, "lapsed", [NO, NO, O, NO, C, NO]),
        (T::NotMissed, false, "voided", [NO, NO, S_, NO, NO, NO]),
        (T::CloseIfUnpaid, false, "closed", [C, C, NO, NO, NO, NO]),
        (T::CloseIfUnpaid, true, "updated", [NO, I, NO, NO, NO, NO]),
        (T::CloseAlways, false, "closed", [C, C, C, NO, NO, NO]),
        (T::CloseAlways, true, "updated", [NO, A, A, A, NO, NO]),
        (T::OwedLess, false, "updated", [NO, O, S_, I, NO, NO]),
        (T::TakenOver, false, "updated", [NO, O, S_, NO, NO, NO]),
        (T::Refunded, false, "refunded", [NO, O, S_, I, A, C]),
        (T::Withdrawn, false, "refunded", [NO, O, S_, I, NO, NO]),
        (T::LateMoney, false, "captured", [NO, O, S_, I, A, C]),
        (T::LateAuthorization, false, "updated", [NO, O, S_, I, A, C]),
    ];

    /// No payment yet, and every state of a payment.
    fn states() -> impl Iterator<Item = Option<S>> {
        std::iter::once(None).chain(STATES.iter().copied().map(Some))
    }

    #[test]
    fn every_pair_leads_where_it_should() {
        for (trigger, unsettled, told, to) in EXPECTED {
            for (from, to) in states().zip(to) {
                let row = next(from, *trigger, *unsettled);
                let found = row.and_then(|row| row.to.or(from)).map_or(NO, name);
                assert_eq!(found, *to, "{from:?} by {}", trigger.name());
                let Some(row) = row else { continue };
                // closing a payment always publishes that, for any trigger
                let closes = *to == C && from != Some(S::Closed);
                let told = format!("payment.{}", if closes { "closed" } else { told });
                assert_eq!(row.event.to_string(), told, "{from:?} by {}", trigger.name());
            }
        }
        for trigger in T::ALL {
            assert!(EXPECTED.iter().any(|(known, ..)| *known == trigger), "{}", trigger.name());
        }
    }

    #[test]
    fn whether_something_is_unsettled_matters_for_closing_only() {
        for trigger in T::ALL.into_iter().filter(|t| !matches!(t, T::CloseIfUnpaid | T::CloseAlways)) {
            for from in states() {
                let to = |unsettled| next(from, trigger, unsettled).map(|row| (row.to, row.event));
                assert_eq!(to(true), to(false), "{from:?} by {}", trigger.name());
            }
        }
    }

    #[test]
    fn no_pair_has_two_rows() {
        for from in states() {
            for trigger in T::ALL {
                for unsettled in [true, false] {
                    let fits = |row: &&PaymentTransition| {
                        row.trigger == trigger
                            && row.is_from(from)
                            && row.unsettled.is_none_or(|wanted| wanted == unsettled)
                    };
                    assert!(TABLE.iter().filter(fits).count() <= 1, "{from:?} by {}", trigger.name());
                }
            }
        }
    }

    #[test]
    fn a_payment_begins_in_a_state() {
        assert!(TABLE.iter().filter(|row| row.new).all(|row| row.to.is_some()));
    }

    #[test]
    fn closed_is_terminal() {
        for trigger in T::ALL {
            for unsettled in [true, false] {
                let to = next(Some(S::Closed), trigger, unsettled).and_then(|row| row.to);
                assert!(to.is_none(), "by {}", trigger.name());
            }
        }
    }

    #[test]
    fn names_read_back() {
        for state in STATES {
            assert_eq!(named(name(*state)), Some(*state));
        }
        assert_eq!(named("paid"), None);
    }
}
