//! Ways of an order that deserve a name.

use super::world::*;
use crate::{
    order::{ChangeSet, OrderState, ShipError, Viewer, units},
    transition::order::OrderTrigger,
};
use contracts::{
    events::EventType,
    fulfilments::FulfilmentStatus,
    orders::{Action, FulfilmentSummary, Hold, OrderStatus, PaymentSummary, TargetStatus},
    settlement::CloseMode,
};

fn paid() -> OrderRun {
    let mut run = OrderRun::new();
    run.happen(&OrderOperation::Pay { captures: true });
    run.happen(&OrderOperation::HearNewest);
    assert_eq!(run.order.state, OrderState::Confirmed);
    run
}

fn kinds(run: &OrderRun) -> Vec<EventType> {
    run.events.iter().map(|event| event.kind).collect()
}

#[test]
fn an_order_that_is_paid_shipped_and_delivered_completes_by_itself() {
    use EventType::*;
    let mut run = paid();
    run.happen(&OrderOperation::MakeAll);
    run.happen(&OrderOperation::Move { which: 0, way: 1 });
    assert_eq!(run.order.fulfilment_status(), FulfilmentSummary::Shipped);
    run.happen(&OrderOperation::Move { which: 0, way: 2 });
    assert_eq!(run.order.state.status(), OrderStatus::Completed);
    let story = [OrderPlaced, OrderConfirmed, OrderUpdated, OrderUpdated, OrderUpdated, OrderCompleted];
    assert_eq!(kinds(&run), story);
}

#[test]
fn a_shipment_that_comes_back_ends_the_way_of_its_units() {
    let mut run = paid();
    for what in [
        OrderOperation::MakeAll,
        OrderOperation::Move { which: 0, way: 1 },
        OrderOperation::Move { which: 0, way: 4 },
    ] {
        run.happen(&what);
    }
    assert_eq!(run.order.state, OrderState::Confirmed);
    run.happen(&OrderOperation::Move { which: 0, way: 5 });
    assert_eq!(run.fulfilments[0].status, FulfilmentStatus::Returned);
    assert!(
        run.order.lines.iter().all(|line| line.returned == line.quantity && line.delivered == line.quantity)
    );
    // nothing has arrived: it is neither delivered nor completed while its money is kept
    let stands = |run: &OrderRun| (run.order.state, run.order.fulfilment_status());
    assert_eq!(stands(&run), (OrderState::Confirmed, FulfilmentSummary::Shipped));
    run.payments.refund(3499);
    run.happen(&OrderOperation::HearNewest);
    assert_eq!(stands(&run), (OrderState::Confirmed, FulfilmentSummary::Shipped));
    run.payments.refund(1);
    run.happen(&OrderOperation::HearNewest);
    assert_eq!(stands(&run), (OrderState::Completed, FulfilmentSummary::Shipped));
}

#[test]
fn an_order_is_not_said_to_be_delivered_while_one_of_its_parcels_could_not_be() {
    let mut run = paid();
    for line in [0, 1] {
        run.happen(&OrderOperation::Make { line, quantity: 1 });
    }
    for (which, way) in [(0, 1), (1, 1), (0, 4)] {
        run.happen(&OrderOperation::Move { which, way });
    }
    assert_eq!(run.order.failed, 1);
    assert!(run.order.allowed(Viewer::Staff).contains(&Action::Deliver), "the other parcel may arrive");
    assert!(!run.order.targets().contains(&TargetStatus::Delivered));
    run.happen(&OrderOperation::Move { which: 1, way: 2 });
    assert!(!run.order.is_at(TargetStatus::Delivered));
}

#[test]
fn staff_can_say_that_an_order_is_done_of_which_a_parcel_came_back() {
    let mut run = paid();
    run.happen(&OrderOperation::MakeAll);
    run.happen(&OrderOperation::Finish);
    assert_eq!(run.order.state, OrderState::Confirmed, "it has not even been shipped");
    for way in [1, 4, 5] {
        run.happen(&OrderOperation::Move { which: 0, way });
    }
    run.happen(&OrderOperation::Finish);
    assert_eq!(run.order.state, OrderState::Completed);
}

#[test]
fn a_cancelled_payment_of_a_cancelled_order_is_refunded_and_told_of() {
    let mut run = paid();
    for what in [OrderOperation::Cancel, OrderOperation::Close, OrderOperation::HearNewest] {
        run.happen(&what);
    }
    assert_eq!((run.order.state, run.order.owed), (OrderState::Cancelled, eur(0)));
    assert_eq!(run.order.payment_status(), PaymentSummary::Paid);
    run.happen(&OrderOperation::SettleRefunds);
    run.happen(&OrderOperation::HearNewest);
    assert_eq!(run.order.payment_status(), PaymentSummary::Refunded);
    assert_eq!(kinds(&run).last(), Some(&EventType::OrderRefunded));
}

#[test]
fn an_order_that_fell_due_and_is_paid_after_all_is_confirmed() {
    let mut run = OrderRun::new();
    for what in [
        OrderOperation::FallDue,
        OrderOperation::Pay { captures: true },
        OrderOperation::Close,
        OrderOperation::HearNewest,
    ] {
        run.happen(&what);
    }
    assert_eq!((run.order.state, run.order.payment_due_at), (OrderState::Confirmed, None));
}

#[test]
fn a_lapsed_authorization_holds_the_order_until_it_is_paid_again() {
    let mut run = OrderRun::new();
    for what in [
        OrderOperation::Pay { captures: false },
        OrderOperation::HearNewest,
        OrderOperation::Lapse,
        OrderOperation::HearNewest,
    ] {
        run.happen(&what);
    }
    assert_eq!(run.order.holds.first(), Some(Hold::Payment));
    assert!(run.order.payment_due_at.is_some());
    assert_eq!(run.order.check_shippable(), Err(ShipError::OnHold(Hold::Payment)));
    run.happen(&OrderOperation::Pay { captures: false });
    run.happen(&OrderOperation::HearNewest);
    assert_eq!((run.order.holds.first(), run.order.payment_due_at), (None, None));
}

/// Its authorization is voided, before or after it expired, and it is sent as ever.
#[test]
fn an_order_that_comes_to_owe_nothing_is_not_held_for_its_payment() {
    let free = [
        OrderOperation::CancelItems { line: 1, quantity: 3 },
        OrderOperation::CancelItems { line: 2, quantity: 2 },
    ];
    for lapses_first in [false, true] {
        let mut run = OrderRun::new();
        run.happen(&OrderOperation::Pay { captures: false });
        run.happen(&OrderOperation::HearNewest);
        if lapses_first {
            run.happen(&OrderOperation::Lapse);
            run.happen(&OrderOperation::HearNewest);
            assert_eq!(run.order.holds.first(), Some(Hold::Payment));
        }
        free.iter().for_each(|what| run.happen(what));
        assert_eq!((run.order.state, run.order.owed), (OrderState::Confirmed, eur(0)));
        for what in [
            OrderOperation::TellOwed,
            OrderOperation::HearNewest,
            OrderOperation::Lapse,
            OrderOperation::HearNewest,
        ] {
            run.happen(&what);
        }
        assert_eq!((run.order.holds.first(), run.order.payment_due_at), (None, None));
        assert_eq!(run.order.check_shippable(), Ok(()));
        assert!(!kinds(&run).contains(&EventType::OrderPaymentFailed));
    }
}

#[test]
fn a_hold_for_stock_outlives_a_hold_for_payment() {
    let mut run = paid();
    run.happen(&OrderOperation::Short);
    assert_eq!(run.order.holds.first(), Some(Hold::StockShort));
    run.happen(&OrderOperation::LoseStock);
    assert_eq!(run.order.holds.first(), Some(Hold::StockMissing));
    run.happen(&OrderOperation::EndShort);
    assert_eq!(run.order.holds.first(), Some(Hold::StockMissing));
}

#[test]
fn cancelling_the_last_units_of_an_unshipped_order_is_its_cancel() {
    let mut run = paid();
    run.happen(&OrderOperation::CancelItems { line: 1, quantity: 3 });
    run.happen(&OrderOperation::CancelItems { line: 2, quantity: 2 });
    assert_eq!(
        (run.order.state, run.order.owed),
        (OrderState::Confirmed, eur(0)),
        "a discount is never paid out"
    );
    run.happen(&OrderOperation::CancelItems { line: 0, quantity: 1 });
    assert_eq!(run.order.state, OrderState::CancellingAlways);
}

#[test]
fn a_payment_that_was_closed_before_it_was_asked_for_ends_the_order() {
    let mut run = OrderRun::new();
    run.payments.close(CloseMode::Always);
    run.happen(&OrderOperation::HearNewest);
    assert_eq!(run.order.state, OrderState::Pending);
    run.happen(&OrderOperation::Cancel);
    // the answer to the question carries the version that is known already
    run.happen(&OrderOperation::HearNewest);
    assert_eq!(run.order.state, OrderState::Cancelled);
}

#[test]
fn lost_stock_that_was_made_again_no_longer_holds() {
    let mut run = paid();
    run.happen(&OrderOperation::LoseStock);
    assert!(!run.order.can(OrderTrigger::FulfilmentMade));
    run.happen(&OrderOperation::MendStock);
    assert_eq!(run.order.holds.first(), None);
    assert!(run.order.can(OrderTrigger::FulfilmentMade));
}

#[test]
fn nothing_ships_before_its_money_is_taken() {
    let mut run = OrderRun::new();
    for what in [OrderOperation::Pay { captures: false }, OrderOperation::HearNewest, OrderOperation::MakeAll]
    {
        run.happen(&what);
    }
    let mut order = run.order.clone();
    let mut change = ChangeSet::of(&order, now(), DUE);
    assert!(!order.facts().settled);
    assert_eq!(order.ship(&units(&run.fulfilments[0]), &mut change), Err(ShipError::NotPaid));
    assert_eq!((order, change.events.len()), (run.order, 0));
}

#[test]
fn a_hold_by_staff_stands_beside_the_others() {
    let mut run = paid();
    run.happen(&OrderOperation::Hold);
    assert_eq!(run.order.check_shippable(), Err(ShipError::OnHold(Hold::Manual)));
    run.happen(&OrderOperation::Short);
    assert_eq!(run.order.holds.iter().collect::<Vec<_>>(), [Hold::StockShort, Hold::Manual]);
    run.happen(&OrderOperation::EndShort);
    assert_eq!(run.order.holds.first(), Some(Hold::Manual));
    run.happen(&OrderOperation::Release);
    assert_eq!(run.order.check_shippable(), Ok(()));
    assert!(!run.order.can(OrderTrigger::Released));
}
