//! Tests of every pair of state and trigger.

use super::*;
use contracts::{orders::OrderStatus, settlement::CloseMode};

/// The table of `docs/lifecycle.md`, written a second time as a function.
fn expected(from: OrderState, trigger: OrderTrigger, facts: &Facts) -> Option<OrderState> {
    use OrderTrigger::*;
    let always = |state: OrderState| {
        matches!(trigger, Refunded | PaymentChanged | Annotated | Claimed).then_some(state)
    };
    let to_send = facts.open || facts.on_its_way;
    match (from, trigger) {
        (New, Drafted) => Some(Draft),
        (New | Draft, Placed) => Some(Pending),
        (Draft, DraftEdited) => Some(Draft),
        (Draft, DraftDeleted) => Some(New),
        (New | Draft, _) => None,
        (Pending | CancellingIfUnpaid, Secured) => Some(Confirmed),
        (Pending, PaymentDue) => Some(CancellingIfUnpaid),
        (Pending | CancellingIfUnpaid, CancelRequested | StockLost) => Some(CancellingAlways),
        (Pending, AttemptFailed) => Some(Pending),
        (Pending | CancellingIfUnpaid, StockShort) => Some(from),
        (Pending | CancellingIfUnpaid, StockBack) => facts.short_held.then_some(from),
        (CancellingIfUnpaid, PaymentClosed) => Some(Expired),
        (CancellingAlways, PaymentClosed) => Some(Cancelled),
        (Confirmed, CancelRequested) if !facts.shipped => Some(CancellingAlways),
        (Confirmed, CancelRequested | ItemsCancelled | StockShort | StockLost) => {
            facts.open.then_some(Confirmed)
        }
        (Confirmed, FulfilmentMade | Shipped) => (facts.open && !facts.on_hold).then_some(Confirmed),
        (Confirmed, FulfilmentChanged) => Some(Confirmed),
        (Confirmed, Delivered | CameBack) => facts.on_its_way.then_some(Confirmed),
        (Pending | Confirmed, Corrected) => (facts.open || facts.undelivered).then_some(from),
        (Pending | CancellingIfUnpaid | Confirmed, Held) => to_send.then_some(from),
        (Pending | CancellingIfUnpaid | Confirmed, Released) => facts.staff_held.then_some(from),
        (Confirmed, Lapsed) => (!facts.payment_held).then_some(Confirmed),
        (Confirmed, Secured | AttemptFailed) => facts.payment_held.then_some(Confirmed),
        (Confirmed, PaymentDue) => (facts.payment_held && !facts.shipped).then_some(CancellingIfUnpaid),
        (Confirmed, StockBack) => facts.short_held.then_some(Confirmed),
        (CancellingIfUnpaid | Confirmed, ReservationRestored) => facts.missing_held.then_some(from),
        (Confirmed, Settled) => {
            let ended = facts.shipped && !facts.open && !facts.on_its_way && facts.settled;
            (ended && !facts.unreturned).then_some(Completed)
        }
        (Confirmed, Finished) => {
            (facts.shipped && !facts.open && !facts.on_its_way && facts.settled).then_some(Completed)
        }
        (Completed, Reopened) => Some(Confirmed),
        (state, _) => always(state),
    }
}

/// The published event, written a second time.
fn expected_event(from: OrderState, trigger: OrderTrigger, to: OrderState) -> EventType {
    use OrderTrigger::*;
    match (trigger, to) {
        (Drafted, _) => EventType::OrderDrafted,
        (DraftEdited, _) => EventType::OrderDraftUpdated,
        (DraftDeleted, _) => EventType::OrderDraftDeleted,
        (Placed, _) => EventType::OrderPlaced,
        (AttemptFailed, _) => EventType::OrderPaymentFailed,
        (Secured, _) if from != Confirmed => EventType::OrderConfirmed,
        (PaymentDue | CancelRequested | StockLost, CancellingIfUnpaid | CancellingAlways) => {
            EventType::OrderCancelRequested
        }
        (CancelRequested | ItemsCancelled, _) => EventType::OrderItemsCancelled,
        (PaymentClosed, Expired) => EventType::OrderExpired,
        (PaymentClosed, _) => EventType::OrderCancelled,
        (Lapsed, _) => EventType::OrderPaymentLapsed,
        (Claimed, _) => EventType::OrderClaimed,
        (Refunded, _) => EventType::OrderRefunded,
        (Settled | Finished, _) => EventType::OrderCompleted,
        (Reopened, _) => EventType::OrderReopened,
        _ => EventType::OrderUpdated,
    }
}

/// The effects, written a second time.
fn expected_effects(from: OrderState, trigger: OrderTrigger, to: OrderState) -> Vec<Effect> {
    use {Effect::*, OrderTrigger::*};
    match (trigger, from, to) {
        (Placed, ..) => vec![AwaitPayment],
        (Secured, Pending, _) => vec![ClearDueDate],
        (Secured, CancellingIfUnpaid, _) => vec![EndPaymentHold, ClearDueDate, ClearClosing],
        (Secured, ..) => vec![EndPaymentHold, ClearDueDate],
        (CancelRequested, Confirmed, CancellingAlways) => vec![CancelFulfilments, ClosePayment],
        (PaymentDue | CancelRequested | StockLost, _, CancellingIfUnpaid | CancellingAlways) => {
            vec![ClosePayment]
        }
        (CancelRequested, ..) => vec![ReleaseOpen, CancelFulfilments, SyncAmountDue],
        (ItemsCancelled, ..) => vec![SyncAmountDue],
        (PaymentClosed, ..) => {
            vec![ReleaseOpen, CancelFulfilments, EndAllHolds, ClearDueDate, ClearClosing]
        }
        (Lapsed, ..) => vec![HoldForPayment, AwaitPayment],
        (StockShort, ..) => vec![HoldShort],
        (StockBack, ..) => vec![EndShortHold],
        (StockLost, ..) => vec![HoldMissing],
        (ReservationRestored, ..) => vec![EndMissingHold],
        (Held, ..) => vec![HoldByStaff],
        (Released, ..) => vec![EndStaffHold],
        (Settled | Finished, ..) => vec![EndAllHolds],
        _ => Vec::new(),
    }
}

fn all_facts() -> impl Iterator<Item = Facts> {
    (0..1u32 << 16).map(|bits| {
        let bit = |n: u32| bits & (1 << n) != 0;
        Facts {
            shipped: bit(0),
            open: bit(1),
            on_its_way: bit(2),
            on_hold: bit(3),
            payment_held: bit(4),
            short_held: bit(5),
            missing_held: bit(6),
            settled: bit(7),
            refundable: bit(8),
            staff_held: bit(9),
            packed: bit(10),
            unreturned: bit(11),
            all_allocated: bit(12),
            all_failed: bit(13),
            cannot_pay: bit(14),
            undelivered: bit(15),
        }
    })
}

#[test]
fn every_pair_of_state_and_trigger_does_what_the_lifecycle_says() {
    for facts in all_facts() {
        for from in OrderState::ALL {
            for trigger in OrderTrigger::ALL {
                let found = find(from, trigger, &facts).ok();
                let to = expected(from, trigger, &facts);
                assert_eq!(found.map(|row| row.to), to, "{from:?} {trigger:?} {facts:?}");
                let (Some(row), Some(to)) = (found, to) else { continue };
                assert_eq!(row.event, expected_event(from, trigger, to), "{row:?}");
                assert_eq!(row.effects, expected_effects(from, trigger, to), "{row:?}");
            }
        }
    }
}

#[test]
fn no_row_is_hidden_behind_another() {
    for row in TABLE {
        let found = |facts: &Facts| find(row.from, row.trigger, facts) == Ok(row);
        assert!(all_facts().any(|facts| found(&facts)), "{row:?} is never found");
    }
}

#[test]
fn nothing_leaves_a_terminal_state() {
    for row in TABLE.iter().filter(|row| row.from.is_terminal()) {
        assert_eq!(row.to, row.from);
    }
}

#[test]
fn states_survive_the_database() {
    for state in OrderState::ALL.into_iter().filter(|state| *state != New) {
        assert_eq!(OrderState::from_parts(state.status(), state.close_mode()), Some(state));
    }
    assert_eq!(OrderState::from_parts(OrderStatus::Pending, Some(CloseMode::Always)), None);
    assert_eq!(OrderState::from_parts(OrderStatus::Cancelling, None), None);
}

#[test]
fn what_is_offered_can_be_done() {
    let open = Facts { open: true, ..Facts::default() };
    assert_eq!(
        offers(Pending, &open),
        [Action::Pay, Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]
    );
    assert_eq!(
        offers(Confirmed, &open),
        [Action::Cancel, Action::Fulfil, Action::Edit, Action::Hold, Action::Annotate]
    );
    let by_staff = Facts { open: true, on_hold: true, staff_held: true, ..Facts::default() };
    assert_eq!(
        offers(Confirmed, &by_staff),
        [Action::Cancel, Action::Edit, Action::Release, Action::Annotate]
    );
    let held = Facts { open: true, on_hold: true, payment_held: true, ..Facts::default() };
    assert_eq!(
        offers(Confirmed, &held),
        [Action::Pay, Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]
    );
    let sent = Facts { shipped: true, on_its_way: true, refundable: true, ..Facts::default() };
    assert_eq!(offers(Confirmed, &sent), [Action::Deliver, Action::Refund, Action::Hold, Action::Annotate]);
    assert_eq!(offers(Completed, &sent), [Action::Refund, Action::Annotate]);
    let in_parcels = Facts { all_allocated: true, ..open };
    assert_eq!(
        offers(Confirmed, &in_parcels),
        [Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]
    );
    let not_taken = Facts { all_failed: true, ..sent };
    assert_eq!(offers(Confirmed, &not_taken), [Action::Refund, Action::Hold, Action::Annotate]);
    let back = Facts { shipped: true, settled: true, ..Facts::default() };
    assert_eq!(offers(Confirmed, &back), [Action::Annotate, Action::Complete]);
    for (state, facts) in [(Pending, open), (Confirmed, held)] {
        let under_way = Facts { cannot_pay: true, ..facts };
        assert_eq!(offers(state, &under_way), [Action::Cancel, Action::Edit, Action::Hold, Action::Annotate]);
    }
    assert_eq!(offers(CancellingIfUnpaid, &open), [Action::Cancel, Action::Hold, Action::Annotate]);
    assert_eq!(offers(Draft, &open), [Action::Edit, Action::Place, Action::Delete]);
    for state in [CancellingAlways, Cancelled, Expired] {
        assert!(all_facts().all(|facts| offers(state, &facts) == [Action::Annotate]), "{state:?}");
    }
}

#[test]
fn what_has_ended_has_no_holds() {
    use Effect::{EndAllHolds, HoldByStaff, HoldForPayment, HoldMissing, HoldShort};
    let holds = [HoldForPayment, HoldShort, HoldMissing, HoldByStaff];
    for row in TABLE.iter().filter(|row| row.to.is_terminal() || row.to == Completed) {
        if row.from != row.to {
            assert!(row.effects.contains(&EndAllHolds), "{row:?}");
        }
        assert!(!row.effects.iter().any(|effect| holds.contains(effect)), "{row:?}");
    }
}
