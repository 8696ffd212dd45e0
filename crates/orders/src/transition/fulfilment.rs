//! State machine of a fulfilment.

use super::{line, rule};
use contracts::{events::EventType, fulfilments::FulfilmentStatus};

kernel::closed_enum! {
    /// Trigger of a fulfilment transition.
    pub(crate) enum FulfilmentTrigger {
        Pack = "pack",
        Ship = "ship",
        Deliver = "deliver",
        Cancel = "cancel",
        Fail = "fail",
        Return = "return",
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) from: FulfilmentStatus,
    pub(crate) trigger: FulfilmentTrigger,
    pub(crate) to: FulfilmentStatus,
    pub(crate) event: EventType,
}

const fn row(
    from: FulfilmentStatus,
    trigger: FulfilmentTrigger,
    to: FulfilmentStatus,
    event: EventType,
) -> Transition {
    Transition { from, trigger, to, event }
}

/// The table. Shipping a pending fulfilment packs it first, in the same transaction.
#[rustfmt::skip]
pub(crate) const TABLE: &[Transition] = {
    use {EventType::*, FulfilmentStatus::*};
    &[
        row(Pending, FulfilmentTrigger::Pack, Packed, FulfilmentPacked),
        row(Pending, FulfilmentTrigger::Cancel, Cancelled, FulfilmentCancelled),
        row(Packed, FulfilmentTrigger::Ship, Shipped, FulfilmentShipped),
        row(Packed, FulfilmentTrigger::Cancel, Cancelled, FulfilmentCancelled),
        row(Shipped, FulfilmentTrigger::Deliver, Delivered, FulfilmentDelivered),
        row(Shipped, FulfilmentTrigger::Fail, Failed, FulfilmentFailed),
        row(Failed, FulfilmentTrigger::Ship, Shipped, FulfilmentShipped),
        row(Failed, FulfilmentTrigger::Return, Returned, FulfilmentReturned),
    ]
};

/// All statuses, in lifecycle order.
pub(crate) const STATUSES: [FulfilmentStatus; 7] = [
    FulfilmentStatus::Pending,
    FulfilmentStatus::Packed,
    FulfilmentStatus::Shipped,
    FulfilmentStatus::Delivered,
    FulfilmentStatus::Failed,
    FulfilmentStatus::Returned,
    FulfilmentStatus::Cancelled,
];

/// The transition is not allowed in this status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TransitionNotAllowed {
    pub(crate) status: FulfilmentStatus,
    /// Statuses that can follow.
    pub(crate) next: Vec<FulfilmentStatus>,
}

/// The transition for `trigger` from `from`.
pub(crate) fn find(
    from: FulfilmentStatus,
    trigger: FulfilmentTrigger,
) -> Result<&'static Transition, TransitionNotAllowed> {
    let row = TABLE.iter().find(|row| row.from == from && row.trigger == trigger);
    row.ok_or_else(|| TransitionNotAllowed { status: from, next: next(from) })
}

/// Statuses that one command can lead to from `from`. Where packing is possible, so is shipping, which packs first.
pub(crate) fn next(from: FulfilmentStatus) -> Vec<FulfilmentStatus> {
    let mut next = Vec::new();
    for row in TABLE.iter().filter(|row| row.from == from) {
        next.push(row.to);
        if row.trigger == FulfilmentTrigger::Pack {
            let shipped =
                TABLE.iter().filter(|then| then.from == row.to && then.trigger == FulfilmentTrigger::Ship);
            next.extend(shipped.map(|then| then.to));
        }
    }
    next
}

/// The matrix as Markdown.
pub(crate) fn markdown() -> String {
    let name = |status: FulfilmentStatus| crate::words::word(&status);
    let head: Vec<String> = std::iter::once(String::new()).chain(STATUSES.map(name)).collect();
    let mut text = line(&head) + &rule(head.len());
    for trigger in FulfilmentTrigger::ALL {
        let cell = |status| {
            find(status, trigger).map_or(String::new(), |row| format!("{} `{}`", name(row.to), row.event))
        };
        let cells: Vec<String> =
            std::iter::once(trigger.name().to_owned()).chain(STATUSES.map(cell)).collect();
        text.push_str(&line(&cells));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use EventType as E;
    use FulfilmentStatus::{Cancelled, Delivered, Failed, Packed, Pending, Returned, Shipped};

    #[test]
    fn every_pair_of_status_and_trigger_does_what_the_lifecycle_says() {
        for from in STATUSES {
            for trigger in FulfilmentTrigger::ALL {
                let expected = match (from, trigger) {
                    (Pending, FulfilmentTrigger::Pack) => Some((Packed, E::FulfilmentPacked)),
                    (Pending | Packed, FulfilmentTrigger::Cancel) => {
                        Some((Cancelled, E::FulfilmentCancelled))
                    }
                    (Packed | Failed, FulfilmentTrigger::Ship) => Some((Shipped, E::FulfilmentShipped)),
                    (Shipped, FulfilmentTrigger::Deliver) => Some((Delivered, E::FulfilmentDelivered)),
                    (Shipped, FulfilmentTrigger::Fail) => Some((Failed, E::FulfilmentFailed)),
                    (Failed, FulfilmentTrigger::Return) => Some((Returned, E::FulfilmentReturned)),
                    _ => None,
                };
                let found = find(from, trigger);
                let led = found.as_ref().ok().map(|row| (row.to, row.event));
                assert_eq!(led, expected, "{from:?} {trigger:?}");
                if let Err(not) = found {
                    assert_eq!(not, TransitionNotAllowed { status: from, next: next(from) });
                }
            }
        }
    }

    #[test]
    fn a_fulfilment_ends_delivered_cancelled_or_returned() {
        let ends: Vec<_> = STATUSES.into_iter().filter(|status| next(*status).is_empty()).collect();
        assert_eq!(ends, [Delivered, Returned, Cancelled]);
    }

    #[test]
    fn what_the_contract_says_can_follow_is_what_the_table_says() {
        for status in STATUSES {
            assert_eq!(next(status), status.next(), "{status:?}");
        }
    }
}
