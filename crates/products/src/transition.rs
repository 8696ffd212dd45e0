//! State machine of a stock reservation as one table: the state of a placement, the trigger, the new state, and the effect on the
//! units. [`crate::reservation`] calculates the number of units.
//!
//! Gone is final: nothing is reserved under that placement again. Only an order that is active in spite of it, after a restore,
//! has its units reserved again.

kernel::closed_enum! {
    /// State of a placement's reservation.
    pub enum ReservationState {
        /// The order is not confirmed, or there is none yet: reconciled soon.
        Held = "held",
        /// The order is confirmed: reconciled daily.
        Committed = "committed",
        /// Released permanently.
        Gone = "gone",
    }
}

kernel::closed_enum! {
    /// Trigger of a reservation transition.
    pub enum ReservationTrigger {
        /// Orders requests a reservation of all lines.
        Reserve = "orders requests a reservation",
        /// The placement never became an order and never will.
        Dead = "placement abandoned or never placed",
        /// The order is active and not confirmed.
        Lives = "order active, not confirmed",
        /// The order is active and confirmed.
        Confirmed = "order confirmed",
        /// The order is closed.
        Ended = "order closed",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct ReservationTransition {
    /// States in which the row applies.
    pub from: &'static [ReservationState],
    /// True if the row also applies to an unknown placement.
    pub new: bool,
    /// Trigger.
    pub trigger: ReservationTrigger,
    /// New state. `None`: unchanged.
    pub to: Option<ReservationState>,
    /// Effect on the units.
    pub units: &'static str,
}

use ReservationState as S;
use ReservationTrigger as T;

const RESERVED: &str = "all lines are reserved; or none, and the placement stays unknown";
const ANSWERED: &str = "unchanged; a retry returns them";
const FREED: &str = "open units are released";
const FOLLOWED: &str =
    "follow the snapshot of the order; missing units are reserved again if they are available";

const fn row(from: &'static [S], trigger: T, to: Option<S>, units: &'static str) -> ReservationTransition {
    ReservationTransition { from, new: false, trigger, to, units }
}
const fn or_new(row: ReservationTransition) -> ReservationTransition {
    ReservationTransition { new: true, ..row }
}

/// The table. A trigger without a row has no effect; a reservation for a gone placement is rejected.
pub const TABLE: &[ReservationTransition] = &[
    or_new(row(&[], T::Reserve, Some(S::Held), RESERVED)),
    row(&[S::Held, S::Committed], T::Reserve, None, ANSWERED),
    or_new(row(&[S::Held, S::Committed], T::Dead, Some(S::Gone), FREED)),
    or_new(row(&[S::Held], T::Lives, Some(S::Held), FOLLOWED)),
    row(&[S::Committed, S::Gone], T::Lives, None, FOLLOWED),
    or_new(row(&[S::Held, S::Committed], T::Confirmed, Some(S::Committed), FOLLOWED)),
    row(&[S::Gone], T::Confirmed, None, FOLLOWED),
    or_new(row(&[S::Held, S::Committed, S::Gone], T::Ended, Some(S::Gone), FREED)),
];

impl ReservationTransition {
    /// True if the row applies to a placement in this state. `None`: an unknown placement.
    pub fn is_from(&self, from: Option<ReservationState>) -> bool {
        from.map_or(self.new, |state| self.from.contains(&state))
    }
}

/// The state that `trigger` leads to from `from`, where `None` means an unknown placement. Returns `None` if it has no effect.
pub fn next(from: Option<ReservationState>, trigger: ReservationTrigger) -> Option<ReservationState> {
    let row = TABLE.iter().find(|row| row.trigger == trigger && row.is_from(from))?;
    row.to.or(from)
}

/// The table as Markdown.
pub fn markdown() -> String {
    let mut text = "| from | trigger | to | units |\n|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let new = row.new.then_some("–");
        let from: Vec<&str> = new.into_iter().chain(row.from.iter().map(|state| state.name())).collect();
        let to = row.to.map_or("unchanged", ReservationState::name);
        let (from, trigger) = (from.join(", "), row.trigger.name());
        text.push_str(&format!("| {from} | {trigger} | {to} | {} |\n", row.units));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: Option<S> = Some(S::Held);
    const C: Option<S> = Some(S::Committed);
    const G: Option<S> = Some(S::Gone);
    /// By trigger, written by hand: the state that an unknown placement and each state lead to.
    const EXPECTED: &[(T, [Option<S>; 4])] = &[
        (T::Reserve, [H, H, C, None]),
        (T::Dead, [G, G, G, None]),
        (T::Lives, [H, H, C, G]),
        (T::Confirmed, [C, C, C, G]),
        (T::Ended, [G, G, G, G]),
    ];

    /// Unknown, and every state.
    fn states() -> impl Iterator<Item = Option<S>> {
        std::iter::once(None).chain(ReservationState::ALL.into_iter().map(Some))
    }

    #[test]
    fn every_pair_leads_where_it_should() {
        for (trigger, to) in EXPECTED {
            for (from, to) in states().zip(to) {
                assert_eq!(next(from, *trigger), *to, "{from:?} by {}", trigger.name());
            }
        }
        for trigger in T::ALL {
            assert!(EXPECTED.iter().any(|(known, _)| *known == trigger), "{}", trigger.name());
        }
    }

    #[test]
    fn no_pair_has_two_rows() {
        for from in states() {
            for trigger in T::ALL {
                let fits = |row: &&ReservationTransition| row.trigger == trigger && row.is_from(from);
                assert!(TABLE.iter().filter(fits).count() <= 1, "{from:?} by {}", trigger.name());
            }
        }
    }

    #[test]
    fn gone_is_final() {
        for trigger in T::ALL {
            assert!(matches!(next(G, trigger), None | G), "by {}", trigger.name());
        }
    }

    #[test]
    fn what_begins_has_a_state() {
        assert!(TABLE.iter().filter(|row| row.new).all(|row| row.to.is_some()));
    }
}
