//! A sample in which nothing is broken, and each way to break it.

use super::*;
use contracts::audit::Invariant::{I2, I4, I5, I6, I9, I10};
use kernel::{
    Currency,
    id::{Id, PaymentId},
};
use uuid::Uuid;

const PRODUCT: ProductId = Id::from_uuid(Uuid::from_u128(1));
const ANOTHER: ProductId = Id::from_uuid(Uuid::from_u128(2));
const LIVE: u128 = 10;
const ENDED: u128 = 20;
const YOUNG: PlacementId = Id::from_uuid(Uuid::from_u128(30));
const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

const fn order(n: u128) -> OrderId {
    Id::from_uuid(Uuid::from_u128(n))
}
const fn placing(n: u128) -> PlacementId {
    Id::from_uuid(Uuid::from_u128(n + 1))
}
const fn payment(n: u128) -> PaymentId {
    Id::from_uuid(Uuid::from_u128(n + 2))
}

fn an_order(n: u128, status: OrderStatus, units: (i64, i64), owed: i64, shipped_value: i64) -> OrderFact {
    OrderFact {
        order_id: order(n),
        placement_id: Some(placing(n)),
        status,
        confirmed: true,
        owed,
        shipped_value,
        shipped: vec![(PRODUCT, units.0)],
        open: vec![(PRODUCT, units.1)],
    }
}

fn a_reservation(placement_id: PlacementId, consumed: i64, open: i64) -> ReservationFact {
    ReservationFact { placement_id, product_id: PRODUCT, open, consumed, created_at: NOW, ask_at: NOW }
}

fn a_payment(n: u128, state: PaymentState, captured: i64, refunded: i64) -> PaymentFact {
    PaymentFact {
        payment_id: payment(n),
        order_id: order(n),
        state,
        currency: Currency::EUR,
        figures: None,
        secured: Vec::new(),
        authorized: 0,
        captured,
        surplus: 0,
        offline: 0,
        refunded,
        refunded_offline: 0,
        claimed: 0,
        charges: Vec::new(),
        unsettled: false,
        under_way: Vec::new(),
        keys: None,
        changes: 0,
    }
}

fn a_charge(n: u128, captured: i64, refunded: i64) -> ChargeFact {
    let (key, currency) = (format!("key of {n}"), Currency::EUR);
    let reference = key.clone();
    let order_id = order(n);
    ChargeFact {
        key,
        reference,
        order_id,
        currency,
        authorized: 0,
        undecided: 0,
        captured,
        refunded,
        contradiction: None,
    }
}

/// An order of which two of three are shipped, one that was cancelled after it was paid, and a placement that has just
/// reserved.
fn sample() -> ServiceFacts {
    ServiceFacts {
        unreadable: Vec::new(),
        findings: Vec::new(),
        notes: Vec::new(),
        orders: vec![
            an_order(LIVE, OrderStatus::Confirmed, (2, 1), 3000, 2000),
            an_order(ENDED, OrderStatus::Cancelled, (0, 0), 0, 0),
        ],
        reservations: vec![a_reservation(placing(LIVE), 2, 1), a_reservation(YOUNG, 0, 5)],
        payments: vec![
            a_payment(LIVE, PaymentState::Secured, 3000, 0),
            a_payment(ENDED, PaymentState::Closed, 1500, 1500),
        ],
        charges: vec![a_charge(LIVE, 3000, 0), a_charge(ENDED, 1500, 1500)],
        versions: Vec::new(),
    }
}

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

/// What is found after a change to the sample: the invariants with their subjects.
fn found(now: Timestamp, change: impl Fn(&mut ServiceFacts)) -> Vec<(Invariant, String)> {
    let mut facts = sample();
    change(&mut facts);
    check(&facts, now).into_iter().map(|finding| (finding.invariant, finding.subject)).collect()
}

#[track_caller]
fn breaks(invariant: Invariant, subject: impl ToString, change: impl Fn(&mut ServiceFacts)) {
    assert_eq!(found(NOW, change), [(invariant, subject.to_string())]);
}

#[track_caller]
fn breaks_nothing(change: impl Fn(&mut ServiceFacts)) {
    assert_eq!(found(NOW, change), []);
}

#[test]
fn nothing_is_broken_in_the_sample() {
    breaks_nothing(|_| ());
    assert_eq!(check(&ServiceFacts::default(), NOW), []);
}

#[test]
fn what_is_consumed_was_shipped() {
    breaks(I2, placing(LIVE), |all| all.reservations[0].consumed = 1);
    breaks(I2, placing(LIVE), |all| all.orders[0].shipped = vec![(PRODUCT, 3)]);
    breaks(I2, placing(ENDED), |all| all.orders[1].shipped = vec![(PRODUCT, 1)]);
    breaks(I2, YOUNG, |all| all.reservations[1].consumed = 1);
}

#[test]
fn stock_is_held_for_orders_that_live() {
    breaks(I10, placing(ENDED), |all| all.reservations.push(a_reservation(placing(ENDED), 0, 1)));
    // more than is open would be withheld from sale, and less was lost
    breaks(I10, placing(LIVE), |all| all.reservations[0].open = 2);
    breaks(I10, placing(LIVE), |all| all.reservations[0].open = 0);
    breaks(I10, placing(LIVE), |all| all.orders[0].open = vec![(PRODUCT, 2)]);
    breaks(I10, placing(LIVE), |all| {
        all.reservations.push(ReservationFact { product_id: ANOTHER, ..a_reservation(placing(LIVE), 0, 1) });
    });
}

/// What is found while products has yet to hear this of the live order and of the one that has ended.
fn found_unheard(to_be_heard: &ProjectedReservations, change: impl Fn(&mut ServiceFacts)) -> Vec<Invariant> {
    let mut facts = sample();
    change(&mut facts);
    check_orders(&facts, &facts.orders, to_be_heard, NOW)
        .into_iter()
        .map(|finding| finding.invariant)
        .collect()
}

#[test]
fn what_products_will_hear_is_not_broken_yet() {
    let placings = BTreeSet::from([placing(LIVE), placing(ENDED)]);
    let news = ProjectedReservations { news: placings.clone(), ..ProjectedReservations::default() };
    let ending = ProjectedReservations { endings: placings, ..news.clone() };
    let held = |all: &mut ServiceFacts| all.reservations.push(a_reservation(placing(ENDED), 0, 1));
    assert_eq!(found_unheard(&ending, held), []);
    assert_eq!(found_unheard(&news, held), [I10], "it has heard of the end, and of nothing later");
    let shipped = |all: &mut ServiceFacts| all.orders[0].shipped = vec![(PRODUCT, 3)];
    assert_eq!(found_unheard(&news, shipped), []);
    let cancelled = |all: &mut ServiceFacts| all.orders[0].open = vec![(PRODUCT, 0)];
    assert_eq!(found_unheard(&news, cancelled), []);
    assert_eq!(found_unheard(&ProjectedReservations::default(), cancelled), [I10]);
    let without_reservation = |all: &mut ServiceFacts| {
        all.reservations.remove(0);
        all.orders[0].open.clear();
    };
    assert_eq!(found_unheard(&news, without_reservation), []);
    // nothing that it will hear takes back what it consumed, or explains what it lost
    assert_eq!(found_unheard(&ending, |all| all.reservations[0].consumed = 3), [I2]);
    assert_eq!(found_unheard(&ending, |all| all.reservations[0].open = 0), [I10]);
}

#[test]
fn a_placing_without_an_order_is_asked_about_in_time() {
    assert_eq!(found(later(60), |_| ()), []);
    assert_eq!(found(later(61), |_| ()), [(I10, YOUNG.to_string())]);
    assert_eq!(found(later(61), |all| all.reservations[1].ask_at = later(10)), []);
}

#[test]
fn stock_of_an_order_that_was_heard_of_has_its_order() {
    let heard = ProjectedReservations { heard: BTreeSet::from([YOUNG]), ..ProjectedReservations::default() };
    assert_eq!(found_unheard(&heard, |_| ()), [I10], "however soon it is asked about");
    assert_eq!(found_unheard(&heard, |all| all.reservations[1].open = 0), []);
}

#[test]
fn money_that_came_too_late_pays_for_nothing() {
    breaks(I5, order(LIVE), |all| all.payments[0].surplus = all.payments[0].captured);
    breaks_nothing(|all| {
        all.charges.push(a_charge(LIVE, 700, 700));
        let payment = &mut all.payments[0];
        payment.captured += 700;
        payment.refunded += 700;
        payment.surplus = 700;
    });
}

#[test]
fn what_is_paid_for_is_there() {
    for n in [LIVE, ENDED] {
        breaks(I9, order(n), |all| {
            all.orders.retain(|fact| fact.order_id != order(n));
            all.reservations.retain(|fact| fact.placement_id != placing(n));
        });
    }
}

#[test]
fn the_provider_has_the_amounts_of_the_books() {
    breaks(I4, payment(LIVE), |all| all.charges[0].captured = 2999);
    breaks(I4, payment(LIVE), |all| all.charges[0].refunded = 1);
    breaks(I4, payment(LIVE), |all| all.payments[0].authorized = 1);
    breaks(I4, payment(ENDED), |all| {
        all.charges.pop();
        all.payments[1].refunded = 0;
        all.payments[1].refunded_offline = 1500;
    });
    // the provider knows nothing of what was paid offline, and may be ahead of what is under way
    breaks_nothing(|all| {
        all.payments[0].offline = 3000;
        all.charges.remove(0);
    });
    breaks_nothing(|all| {
        all.payments[0].unsettled = true;
        all.charges[0].captured = 3500;
    });
    // but is never behind the books, whatever is under way, and gives back no more than is claimed
    breaks(I4, payment(LIVE), |all| {
        all.payments[0].unsettled = true;
        all.charges[0].captured = 0;
    });
    let refunds = |claimed: i64| {
        move |all: &mut ServiceFacts| {
            (all.payments[0].unsettled, all.payments[0].claimed) = (true, claimed);
            all.charges[0].refunded = 2;
        }
    };
    breaks(I4, payment(LIVE), refunds(1));
    breaks_nothing(refunds(2));
}

/// What is found where a payment is as it was before its charges were read, and then as it is after a change.
fn found_meanwhile(
    before: impl Fn(&mut ServiceFacts),
    after: impl Fn(&mut PaymentFact),
) -> Vec<(Invariant, String)> {
    let mut facts = sample();
    before(&mut facts);
    let mut later = facts.payments.clone();
    later[0].changes += 1;
    after(&mut later[0]);
    let found = check_charges(&facts, &later);
    found.into_iter().map(|finding| (finding.invariant, finding.subject)).collect()
}

#[test]
fn what_happens_while_the_charges_are_read_breaks_nothing_and_hides_nothing() {
    let named = [(I4, payment(LIVE).to_string())];
    // refunded after the books were read, and in them after that
    let gave_back = |all: &mut ServiceFacts| all.charges[0].refunded = 2;
    assert_eq!(found_meanwhile(gave_back, |later| later.refunded = 2), []);
    // after the charges were read
    assert_eq!(found_meanwhile(|_| (), |later| later.refunded = 2), []);
    assert_eq!(found_meanwhile(gave_back, |_| ()), named);
    let lost = |all: &mut ServiceFacts| (all.payments[0].refunded, all.charges[0].refunded) = (2, 1);
    assert_eq!(found_meanwhile(lost, |later| later.refunded = 4), named);
    // an authorization that was voided
    let authorized = |all: &mut ServiceFacts| all.charges[0].authorized = 5;
    assert_eq!(found_meanwhile(authorized, |_| ()), []);
    // late money that went back, and came before the books knew
    let again = |all: &mut ServiceFacts| all.charges.push(a_charge(LIVE, 700, 0));
    let went_back = |later: &mut PaymentFact| (later.captured, later.refunded) = (3700, 700);
    assert_eq!(found_meanwhile(again, went_back), []);
    assert_eq!(found_meanwhile(again, |_| ()), [(I4, order(LIVE).to_string())]);
    let under_way = |later: &mut PaymentFact| {
        (later.unsettled, later.under_way) = (true, vec![format!("key of {LIVE}")]);
    };
    assert_eq!(found_meanwhile(again, under_way), []);
}

#[test]
fn what_happens_while_reservations_are_read_breaks_nothing_and_hides_nothing() {
    let found = |reservation: (i64, i64), later: (i64, i64)| {
        let mut facts = sample();
        (facts.reservations[0].consumed, facts.reservations[0].open) = reservation;
        let later = [an_order(LIVE, OrderStatus::Confirmed, later, 3000, 2000), facts.orders[1].clone()];
        let found = check_orders(&facts, &later, &ProjectedReservations::default(), NOW);
        found.into_iter().map(|finding| finding.invariant).collect::<Vec<_>>()
    };
    assert_eq!(found((2, 1), (2, 1)), []);
    // shipped or cancelled in between, and heard of before the reservations were read or after that
    assert_eq!(found((3, 0), (3, 0)), []);
    assert_eq!(found((2, 1), (3, 0)), []);
    assert_eq!(found((2, 0), (2, 0)), []);
    assert_eq!(found((3, 0), (2, 0)), [I2]);
    assert_eq!(found((2, 0), (2, 1)), [I10]);
    assert_eq!(found((1, 1), (3, 0)), [I2]);
    assert_eq!(found((2, 2), (3, 0)), [I10]);
}

#[test]
fn the_provider_has_charged_an_order_once() {
    breaks(I4, order(LIVE), |all| all.charges.push(a_charge(LIVE, 3000, 0)));
    breaks(I4, order(LIVE), |all| {
        all.charges.push(ChargeFact { authorized: 3000, ..a_charge(LIVE, 0, 0) });
    });
    // a second one that has gone back in full, in the books as well
    breaks_nothing(|all| {
        all.charges.push(a_charge(LIVE, 700, 700));
        all.payments[0].captured += 700;
        all.payments[0].refunded += 700;
    });
    breaks_nothing(|all| all.charges.push(a_charge(LIVE, 0, 0)));
    breaks(I4, order(77), |all| all.charges.push(a_charge(77, 1, 0)));
    breaks_nothing(|all| all.charges.push(a_charge(77, 0, 0)));
}

#[test]
fn a_charge_was_made_with_a_key_that_was_written_down_and_agrees_with_itself() {
    breaks(I4, payment(LIVE), |all| all.payments[0].keys = Some(Vec::new()));
    breaks_nothing(|all| all.payments[0].keys = Some(vec![all.charges[0].key.clone()]));
    let contradiction = Some("it is failed, and 1 of 1 are captured".to_owned());
    breaks(I4, payment(LIVE), |all| all.charges[0].contradiction.clone_from(&contradiction));
    breaks(I4, order(77), |all| {
        all.charges.push(ChargeFact { contradiction: contradiction.clone(), ..a_charge(77, 0, 0) });
    });
}

#[test]
fn a_second_charge_counts_also_while_something_is_unsettled() {
    // a refund that fails again and again must not hide it
    let claims = |claimed: i64| {
        move |audited: &mut ServiceFacts| {
            audited.charges.push(a_charge(LIVE, 500, 0));
            audited.payments[0].unsettled = true;
            audited.payments[0].claimed = claimed;
        }
    };
    breaks(I4, order(LIVE), claims(0));
    breaks(I4, order(LIVE), claims(499));
    // late money whose refund is on its way
    breaks_nothing(claims(500));
}

#[test]
fn what_is_shipped_is_paid() {
    breaks(I5, order(LIVE), |all| all.orders[0].shipped_value = 3001);
    breaks(I5, order(LIVE), |all| {
        all.payments.remove(0);
        all.charges.remove(0);
    });
}

#[test]
fn an_order_that_has_ended_keeps_no_money() {
    breaks(I6, order(ENDED), |all| all.payments[1].state = PaymentState::ClosingAlways);
    breaks(I6, order(ENDED), |all| {
        all.payments[1].refunded = 1000;
        all.charges[1].refunded = 1000;
    });
    breaks(I6, order(ENDED), |all| {
        all.payments.pop();
        all.charges.pop();
    });
    // what a refund claims is as good as given back
    breaks_nothing(|all| {
        all.payments[1].refunded = 1000;
        all.payments[1].claimed = 500;
        all.charges[1].refunded = 1000;
    });
}
