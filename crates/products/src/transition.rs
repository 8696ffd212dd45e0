//! The machine of a stock reservation as one table: how a placement stands, what is consumed of it, where that leads, and
//! what becomes of its units. How many units that is, [`crate::reservation`] says.
//!
//! Gone is final for whoever reserves: nothing is reserved under that placement again. Only an order that lives in spite
//! of it, after a restore, has its units reserved again.

kernel::closed_enum! {
    /// How a placement stands.
    pub enum State {
        /// Its order is not confirmed, or there is none yet: it is asked about soon.
        Held = "held",
        /// Its order is confirmed: it is asked about daily.
        Committed = "committed",
        /// Released forever.
        Gone = "gone",
    }
}

kernel::closed_enum! {
    /// What happens to it.
    pub enum Trigger {
        /// Orders wishes to reserve all of its lines.
        Reserve = "orders requests a reservation",
        /// It never became an order, and never will.
        Dead = "the placement is abandoned, or has a tombstone",
        /// Its order lives, and is not confirmed.
        Lives = "its order is live, and not confirmed",
        /// Its order lives, and is confirmed.
        Confirmed = "its order is confirmed",
        /// Its order has ended.
        Ended = "its order has ended",
    }
}

/// One row of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// From any of these.
    pub from: &'static [State],
    /// Also where it was unknown.
    pub new: bool,
    /// By this.
    pub trigger: Trigger,
    /// To this; none: it stays.
    pub to: Option<State>,
    /// What becomes of its units.
    pub units: &'static str,
}

use State as S;
use Trigger as T;

const RESERVED: &str = "all lines are reserved; or none, and the placement stays unknown";
const ANSWERED: &str = "unchanged: a repeat gets the same response";
const FREED: &str = "open units are released";
const FOLLOWED: &str = "updated to the order's snapshot; missing units are reserved again if available";

const fn row(from: &'static [S], trigger: T, to: Option<S>, units: &'static str) -> Row {
    Row { from, new: false, trigger, to, units }
}
const fn or_new(row: Row) -> Row {
    Row { new: true, ..row }
}

/// The machine. What has no row has no effect; to reserve what is gone is refused.
pub const TABLE: &[Row] = &[
    or_new(row(&[], T::Reserve, Some(S::Held), RESERVED)),
    row(&[S::Held, S::Committed], T::Reserve, None, ANSWERED),
    or_new(row(&[S::Held, S::Committed], T::Dead, Some(S::Gone), FREED)),
    or_new(row(&[S::Held], T::Lives, Some(S::Held), FOLLOWED)),
    row(&[S::Committed, S::Gone], T::Lives, None, FOLLOWED),
    or_new(row(&[S::Held, S::Committed], T::Confirmed, Some(S::Committed), FOLLOWED)),
    row(&[S::Gone], T::Confirmed, None, FOLLOWED),
    or_new(row(&[S::Held, S::Committed, S::Gone], T::Ended, Some(S::Gone), FREED)),
];

impl Row {
    /// Whether it is for a placement in this state; none: for one that was unknown.
    pub fn is_from(&self, from: Option<State>) -> bool {
        from.map_or(self.new, |state| self.from.contains(&state))
    }
}

/// Where `trigger` leads from `from`, none where it was unknown; `None` where it has no effect.
pub fn next(from: Option<State>, trigger: Trigger) -> Option<State> {
    let row = TABLE.iter().find(|row| row.trigger == trigger && row.is_from(from))?;
    row.to.or(from)
}

/// The machine, for the docs.
pub fn markdown() -> String {
    let mut text = "| from | trigger | to | units |\n|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let new = row.new.then_some("–");
        let from: Vec<&str> = new.into_iter().chain(row.from.iter().map(|state| state.name())).collect();
        let to = row.to.map_or("the same", State::name);
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
    /// By trigger, by hand: where it leads from where nothing was consumed of, and from each state.
    const EXPECTED: &[(T, [Option<S>; 4])] = &[
        (T::Reserve, [H, H, C, None]),
        (T::Dead, [G, G, G, None]),
        (T::Lives, [H, H, C, G]),
        (T::Confirmed, [C, C, C, G]),
        (T::Ended, [G, G, G, G]),
    ];

    /// Unknown, and every state.
    fn states() -> impl Iterator<Item = Option<S>> {
        std::iter::once(None).chain(State::ALL.into_iter().map(Some))
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
                let fits = |row: &&Row| row.trigger == trigger && row.is_from(from);
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
