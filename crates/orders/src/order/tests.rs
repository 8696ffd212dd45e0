//! Properties of an order under everything that can happen to it, in any order.

use super::*;
use crate::{fulfilment, transition::fulfilment::Trigger as Way};
use contracts::{
    events::PaymentFigures,
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{AdjustmentKind, LineQuantity, OrderStatus, PaymentSummary},
    payments::{Attempt, AttemptStatus, Payment, PaymentState, PaymentStatus},
    settlement::CloseMode,
};
use kernel::Currency;
use proptest::prelude::*;
use std::collections::BTreeMap;

const EUR: Currency = Currency::EUR;
const DUE: Duration = Duration::from_secs(1800);

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

fn eur(minor: i64) -> Money {
    Money::new(minor, EUR)
}

fn line(n: u128, quantity: i64, price: i64) -> Line {
    let product_id = (n != 0).then(|| id(100 + n));
    let title = format!("line {n}");
    let (open, cancelled, shipped, delivered, returned) = (quantity, 0, 0, 0, 0);
    let unit_price = eur(price);
    Line {
        id: id(n),
        product_id,
        title,
        sku: None,
        quantity,
        unit_price,
        open,
        cancelled,
        shipped,
        delivered,
        returned,
    }
}

/// Two lines of products and a custom one, with shipping and a discount.
fn placed() -> (Order, Change) {
    let lines = vec![line(1, 3, 1000), line(2, 2, 250), line(0, 1, 500)];
    let adjustment = |kind, minor| Adjustment { kind, title: "a".to_owned(), amount: eur(minor) };
    let placing = Placing {
        id: id(7),
        number: 1001,
        placement_id: id(8),
        user_id: id(9),
        lines,
        adjustments: vec![
            adjustment(AdjustmentKind::Shipping, 300),
            adjustment(AdjustmentKind::Discount, -800),
        ],
        total: eur(3500),
        metadata: Metadata::new(),
        is_short: false,
    };
    Order::place(placing, now(), DUE).unwrap()
}

/// Payments, as far as an order can notice: one payment, in versions.
#[derive(Clone)]
struct Payments {
    figures: PaymentFigures,
    attempts: Vec<Attempt>,
    said: Vec<Heard>,
}

impl Payments {
    fn new(order: &Order) -> Self {
        let zero = eur(0);
        let figures = PaymentFigures {
            payment_id: id(11),
            order_id: order.id,
            version: 0,
            state: PaymentState::Open,
            amount: order.total,
            owed: order.owed,
            authorized: zero,
            captured: zero,
            offline: zero,
            refunded: zero,
            claimed: zero,
            pending: false,
        };
        Payments { figures, attempts: Vec::new(), said: Vec::new() }
    }

    fn say(&mut self) {
        self.figures.version += 1;
        let figures = self.figures.clone();
        let payment = Payment {
            id: figures.payment_id,
            order_id: figures.order_id,
            status: PaymentStatus::Open,
            amount: figures.amount,
            captured: figures.captured,
            refunded: figures.refunded,
            attempts: self.attempts.clone(),
            next_action: None,
            version: figures.version,
            created_at: now(),
            updated_at: now(),
        };
        self.said.push(Heard::of(figures, payment));
    }

    fn attempt(&mut self, status: AttemptStatus) {
        let attempt =
            Attempt { id: id(50), status, method: "sim".to_owned(), failure: None, created_at: now() };
        self.attempts.push(attempt);
    }

    fn pay(&mut self, captures: bool) {
        if self.figures.state == PaymentState::Open {
            self.attempt(if captures { AttemptStatus::Captured } else { AttemptStatus::Authorized });
            self.figures.state = PaymentState::Secured;
            let owed = self.figures.owed;
            if captures {
                self.figures.captured = owed
            } else {
                self.figures.authorized = owed
            }
            self.say();
        }
    }
    fn decline(&mut self) {
        if self.figures.state == PaymentState::Open {
            self.attempt(AttemptStatus::Failed);
            self.say();
        }
    }
    fn lapse(&mut self) {
        if self.figures.state == PaymentState::Secured && self.figures.captured.minor == 0 {
            self.figures.authorized = eur(0);
            self.figures.state = PaymentState::Open;
            self.say();
        }
    }
    /// A capture before a shipment.
    fn capture(&mut self, owed: Money) {
        if self.figures.authorized.minor > 0 {
            self.owe(owed);
            self.figures.captured = self.figures.owed;
            self.figures.authorized = eur(0);
            self.say();
        }
    }
    fn owe(&mut self, owed: Money) {
        if owed.minor < self.figures.owed.minor {
            self.figures.owed = owed;
            self.level();
            self.say();
        }
    }
    /// Refunds for cancellation: min(captured − owed, captured − all claims).
    fn level(&mut self) {
        let figures = &mut self.figures;
        let given = figures.refunded.minor + figures.claimed.minor;
        let more = (figures.captured.minor - figures.owed.minor - given).max(0);
        figures.claimed = eur(figures.claimed.minor + more);
    }
    fn close(&mut self, mode: CloseMode) {
        match (self.figures.state, mode) {
            (PaymentState::Closed, _) | (PaymentState::Secured, CloseMode::IfUnpaid) => {}
            _ => {
                self.figures.state = PaymentState::Closed;
                self.figures.authorized = eur(0);
                self.figures.owed = eur(0);
                self.level();
                self.say();
            }
        }
    }
    fn settle_refunds(&mut self) {
        if self.figures.claimed.minor > 0 {
            self.figures.refunded = eur(self.figures.refunded.minor + self.figures.claimed.minor);
            self.figures.claimed = eur(0);
            self.say();
        }
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Happens {
    Pay {
        captures: bool,
    },
    Decline,
    Lapse,
    SettleRefunds,
    /// One of the things that payments has said is heard, again or late.
    Hear(usize),
    HearNewest,
    Close,
    TellOwed,
    FallDue,
    Cancel,
    CancelItems {
        line: u128,
        quantity: i64,
    },
    Make {
        line: u128,
        quantity: i64,
    },
    MakeAll,
    Move {
        which: usize,
        way: usize,
    },
    Short,
    EndShort,
    LoseStock,
}

fn anything() -> impl Strategy<Value = Happens> {
    use Happens::*;
    prop_oneof![
        4 => any::<bool>().prop_map(|captures| Pay { captures }),
        1 => Just(Decline),
        1 => Just(Lapse),
        2 => Just(SettleRefunds),
        3 => (0..20usize).prop_map(Hear),
        6 => Just(HearNewest),
        3 => Just(Close),
        3 => Just(TellOwed),
        1 => Just(FallDue),
        1 => Just(Cancel),
        2 => (0..3u128, 1..4i64).prop_map(|(line, quantity)| CancelItems { line, quantity }),
        2 => (0..3u128, 1..4i64).prop_map(|(line, quantity)| Make { line, quantity }),
        2 => Just(MakeAll),
        8 => (0..4usize, 0..6usize).prop_map(|(which, way)| Move { which, way }),
        1 => Just(Short),
        1 => Just(EndShort),
        1 => Just(LoseStock),
    ]
}

/// An order, its fulfilments, its payment, and all its events.
struct Run {
    order: Order,
    payments: Payments,
    fulfilments: Vec<Fulfilment>,
    events: Vec<Recorded>,
}

impl Run {
    fn new() -> Self {
        let (order, change) = placed();
        let payments = Payments::new(&order);
        Run { order, payments, fulfilments: Vec::new(), events: change.events }
    }

    fn allocated(&self) -> ByLine {
        let mut allocated = BTreeMap::new();
        let waiting =
            |f: &&Fulfilment| matches!(f.status, FulfilmentStatus::Pending | FulfilmentStatus::Packed);
        for line in self.fulfilments.iter().filter(waiting).flat_map(|f| &f.lines) {
            *allocated.entry(line.line_id).or_insert(0) += line.quantity;
        }
        allocated
    }

    fn happen(&mut self, what: &Happens) {
        let mut order = self.order.clone();
        let mut change = Change::of(&order, now(), DUE);
        let before = order.clone();
        if self.act(&mut order, &mut change, what) {
            if change.effects.contains(&Effect::CancelFulfilments) {
                for one in &mut self.fulfilments {
                    let _ = fulfilment::step(one, Way::Cancel, now());
                }
            }
            self.events.append(&mut change.events);
            self.order = order;
        }
        self.check(&before);
    }

    /// Whether it was allowed.
    fn act(&mut self, order: &mut Order, change: &mut Change, what: &Happens) -> bool {
        let wish = |line: &u128, quantity: &i64| LineQuantity { line_id: id(*line), quantity: *quantity };
        match what {
            Happens::Pay { captures } => self.payments.pay(*captures),
            Happens::Decline => self.payments.decline(),
            Happens::Lapse => self.payments.lapse(),
            Happens::SettleRefunds => self.payments.settle_refunds(),
            Happens::Close => {
                if let Some(mode) = order.state.close_mode() {
                    self.payments.close(mode);
                }
            }
            Happens::TellOwed if order.payment.is_some() => self.payments.owe(order.owed),
            Happens::TellOwed => {}
            Happens::Hear(which) => {
                return self.payments.said.get(*which).is_some_and(|heard| order.hear_payment(heard, change));
            }
            Happens::HearNewest => {
                return self.payments.said.last().is_some_and(|heard| order.hear_payment(heard, change));
            }
            Happens::FallDue => return order.fall_due(change).is_ok(),
            Happens::Cancel => return order.cancel(None, change).is_ok(),
            Happens::CancelItems { line, quantity } => {
                let allocated = self.allocated();
                return order.cancel_items(&[wish(line, quantity)], &allocated, None, change).is_ok();
            }
            Happens::Make { line, quantity } => {
                let picked = order.lines.pick(&[wish(line, quantity)], &self.allocated());
                return picked.is_ok() && self.make(order, change, vec![wish(line, quantity)]);
            }
            Happens::MakeAll => {
                let rest = order.lines.unallocated(&self.allocated());
                return !rest.is_empty() && self.make(order, change, rest);
            }
            Happens::Move { which, way } => return self.advance(order, change, *which, Way::ALL[*way]),
            Happens::Short => return order.hold_short(id(101), change),
            Happens::EndShort => return order.end_short(change),
            Happens::LoseStock => return order.lose_stock(change),
        }
        false
    }

    fn make(&mut self, order: &mut Order, change: &mut Change, lines: Vec<LineQuantity>) -> bool {
        let made = fulfilment::make(order, id(1000), lines, (None, None), change);
        self.fulfilments.extend(made.as_ref().ok().map(|step| step.fulfilment.clone()));
        made.is_ok()
    }

    fn advance(&mut self, order: &mut Order, change: &mut Change, which: usize, way: Way) -> bool {
        let Some(one) = self.fulfilments.get(which) else { return false };
        let mut moved = one.clone();
        if way == Way::Ship && !order.is_captured() {
            self.payments.capture(order.owed);
            let _ = self.payments.said.last().is_some_and(|heard| order.hear_payment(heard, change));
        }
        let done = fulfilment::advance(order, &mut moved, way, change).is_ok();
        if done {
            self.fulfilments[which] = moved;
        }
        done
    }

    fn check(&self, before: &Order) {
        let order = &self.order;
        assert!(order.lines.iter().all(Line::is_sound), "I3: {:?}", order.lines);
        assert!((0..=order.total.minor).contains(&order.owed.minor), "{order:?}");
        let versions: Vec<i64> = self.events.iter().map(|event| event.version).collect();
        assert_eq!(versions, (1..=order.version).collect::<Vec<_>>(), "I7");
        let last = self.events.last().unwrap();
        assert_eq!(last.data.figures, order.figures(), "I7: the last event tells how it stands");
        if before.state.is_terminal() {
            assert_eq!(order.state, before.state, "R4");
        }
        if order.state.is_terminal() {
            let copy = order.payment.as_ref().expect("I6: closed");
            assert_eq!(copy.figures.state, PaymentState::Closed, "I6");
            assert_eq!((order.lines.units().open, copy.refundable()), (0, 0), "I6");
            assert_eq!(order.lines.units().shipped, 0, "what has shipped is never taken back by a cancel");
        }
        let shipped = order.lines.shipped_value(order.total, order.owed);
        let captured = order.payment.as_ref().map_or(0, |copy| copy.figures.captured.minor);
        assert!(captured >= shipped, "I5: {shipped} shipped, {captured} captured");
        if let Some(confirmation) = order.confirmation {
            assert!(confirmation.secured.minor >= confirmation.owed.minor, "I5");
        }
        let allocated = self.allocated();
        for line in order.lines.iter() {
            assert!(allocated.get(&line.id).copied().unwrap_or(0) <= line.open, "allocated units are open");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_invariants_hold(story in prop::collection::vec(anything(), 1..60)) {
        let mut run = Run::new();
        for what in &story {
            run.happen(what);
        }
    }

    #[test]
    fn every_story_can_come_to_its_end(story in prop::collection::vec(anything(), 1..40)) {
        let mut run = Run::new();
        for what in &story {
            run.happen(what);
        }
        // the timers and the events do their work
        for _ in 0..4 {
            for what in [Happens::Close, Happens::TellOwed, Happens::SettleRefunds, Happens::HearNewest] {
                run.happen(&what);
            }
        }
        prop_assert_eq!(run.order.state.close_mode(), None, "nothing stays in cancelling");
        let copy = run.order.payment.clone().map(|copy| copy.figures);
        prop_assert_eq!(copy, run.payments.said.last().map(|heard| heard.figures.clone()));
    }

    #[test]
    fn what_was_heard_before_changes_nothing(story in prop::collection::vec(anything(), 1..40), which in 0..20usize) {
        let mut run = Run::new();
        for what in &story {
            run.happen(what);
        }
        run.happen(&Happens::HearNewest);
        let before = run.order.clone();
        run.happen(&Happens::Hear(which));
        run.happen(&Happens::HearNewest);
        prop_assert_eq!(run.order, before);
    }
}

fn paid() -> Run {
    let mut run = Run::new();
    run.happen(&Happens::Pay { captures: true });
    run.happen(&Happens::HearNewest);
    assert_eq!(run.order.state, State::Confirmed);
    run
}

fn kinds(run: &Run) -> Vec<EventType> {
    run.events.iter().map(|event| event.kind).collect()
}

#[test]
fn an_order_that_is_paid_shipped_and_delivered_completes_by_itself() {
    use EventType::*;
    let mut run = paid();
    run.happen(&Happens::MakeAll);
    run.happen(&Happens::Move { which: 0, way: 1 });
    assert_eq!(run.order.fulfilment_status(), contracts::orders::FulfilmentSummary::Shipped);
    run.happen(&Happens::Move { which: 0, way: 2 });
    assert_eq!(run.order.state.status(), OrderStatus::Completed);
    let story = [OrderPlaced, OrderConfirmed, OrderUpdated, OrderUpdated, OrderUpdated, OrderCompleted];
    assert_eq!(kinds(&run), story);
}

#[test]
fn a_shipment_that_comes_back_ends_the_way_of_its_units() {
    let mut run = paid();
    for what in [Happens::MakeAll, Happens::Move { which: 0, way: 1 }, Happens::Move { which: 0, way: 4 }] {
        run.happen(&what);
    }
    assert_eq!(run.order.state, State::Confirmed);
    run.happen(&Happens::Move { which: 0, way: 5 });
    assert_eq!(run.fulfilments[0].status, FulfilmentStatus::Returned);
    assert!(
        run.order.lines.iter().all(|line| line.returned == line.quantity && line.delivered == line.quantity)
    );
    assert_eq!(run.order.state, State::Completed);
}

#[test]
fn a_cancelled_payment_of_a_cancelled_order_is_refunded_and_told_of() {
    let mut run = paid();
    for what in [Happens::Cancel, Happens::Close, Happens::HearNewest] {
        run.happen(&what);
    }
    assert_eq!((run.order.state, run.order.owed), (State::Cancelled, eur(0)));
    assert_eq!(run.order.payment_status(), PaymentSummary::Paid);
    run.happen(&Happens::SettleRefunds);
    run.happen(&Happens::HearNewest);
    assert_eq!(run.order.payment_status(), PaymentSummary::Refunded);
    assert_eq!(kinds(&run).last(), Some(&EventType::OrderRefunded));
}

#[test]
fn an_order_that_fell_due_and_is_paid_after_all_is_confirmed() {
    let mut run = Run::new();
    for what in [Happens::FallDue, Happens::Pay { captures: true }, Happens::Close, Happens::HearNewest] {
        run.happen(&what);
    }
    assert_eq!((run.order.state, run.order.payment_due_at), (State::Confirmed, None));
}

#[test]
fn a_lapsed_authorization_holds_the_order_until_it_is_paid_again() {
    let mut run = Run::new();
    for what in [Happens::Pay { captures: false }, Happens::HearNewest, Happens::Lapse, Happens::HearNewest] {
        run.happen(&what);
    }
    assert_eq!(run.order.holds.first(), Some(Hold::Payment));
    assert!(run.order.payment_due_at.is_some());
    assert_eq!(run.order.check_shippable(), Err(NotShipped::OnHold(Hold::Payment)));
    run.happen(&Happens::Pay { captures: false });
    run.happen(&Happens::HearNewest);
    assert_eq!((run.order.holds.first(), run.order.payment_due_at), (None, None));
}

#[test]
fn a_hold_for_stock_outlives_a_hold_for_payment() {
    let mut run = paid();
    run.happen(&Happens::Short);
    assert_eq!(run.order.holds.first(), Some(Hold::StockShort));
    run.happen(&Happens::LoseStock);
    assert_eq!(run.order.holds.first(), Some(Hold::StockMissing));
    run.happen(&Happens::EndShort);
    assert_eq!(run.order.holds.first(), Some(Hold::StockMissing));
}

#[test]
fn cancelling_the_last_units_of_an_unshipped_order_is_its_cancel() {
    let mut run = paid();
    run.happen(&Happens::CancelItems { line: 1, quantity: 3 });
    run.happen(&Happens::CancelItems { line: 2, quantity: 2 });
    assert_eq!((run.order.state, run.order.owed), (State::Confirmed, eur(0)), "a discount is never paid out");
    run.happen(&Happens::CancelItems { line: 0, quantity: 1 });
    assert_eq!(run.order.state, State::CancellingAlways);
}

#[test]
fn adjustments_stay_owed_unless_all_is_cancelled() {
    let (mut order, _) = placed();
    order.lines.cancel(&BTreeMap::from([(id(1), 1)]));
    assert_eq!(order.lines.owed(order.total), eur(2500));
    order.lines.release_open();
    assert_eq!(order.lines.owed(order.total), eur(0));
}

#[test]
fn wishes_for_one_line_are_added_up() {
    let (order, _) = placed();
    let wish = |line: u128, quantity| LineQuantity { line_id: id(line), quantity };
    let short = order.lines.pick(&[wish(1, 2), wish(1, 2), wish(5, 1)], &ByLine::new()).unwrap_err();
    let expected = [Shortfall { index: 1, available: Some(1) }, Shortfall { index: 2, available: None }];
    assert_eq!(short, expected);
    let allocated = BTreeMap::from([(id(1), 2)]);
    assert_eq!(order.lines.pick(&[wish(1, 1)], &allocated), Ok(BTreeMap::from([(id(1), 1)])));
    assert!(order.lines.pick(&[wish(1, 2)], &allocated).is_err());
}

#[test]
fn a_total_is_reckoned_exactly_or_refused() {
    let custom =
        |price: i64, quantity| WantedLine::Custom { title: "c".to_owned(), unit_price: eur(price), quantity };
    let adjustment =
        |minor| Adjustment { kind: AdjustmentKind::Tax, title: "t".to_owned(), amount: eur(minor) };
    let total = |lines: &[WantedLine], adjustments: &[Adjustment]| {
        price(lines, &[], adjustments, EUR, || id(1)).map(|priced| priced.total)
    };
    assert_eq!(total(&[custom(150, 2)], &[adjustment(50)]), Ok(eur(350)));
    assert_eq!(total(&[custom(150, 2)], &[adjustment(-300)]), Ok(eur(0)));
    assert_eq!(total(&[custom(150, 2)], &[adjustment(-301)]), Err(NotPriced::BelowZero));
    let huge = custom(1_000_000_000_000, 1_000_000);
    let at = |pointer: &str| Err(NotPriced::TooLarge { pointer: pointer.to_owned() });
    let nine = vec![huge.clone(); 10];
    assert_eq!(total(&nine, &[]), at("/lines/9/quantity"));
    assert_eq!(total(&nine[..9], &[adjustment(i64::MAX)]), at("/adjustments/0/amount"));
    let unknown = WantedLine::Product { product_id: id(5), quantity: 1 };
    assert!(matches!(total(&[unknown], &[]), Err(NotPriced::Unexpected(_))));
}

proptest! {
    #[test]
    fn what_has_shipped_is_worth_at_most_what_is_owed(
        shipped in 0..4i64, cancelled in 0..4i64, price in 0..1000i64, adjustment in -3000..3000i64,
    ) {
        let quantity = 7;
        let mut lines = Lines(vec![line(1, quantity, price)]);
        let total = eur((price * quantity + adjustment).max(0));
        lines.ship(&BTreeMap::from([(id(1), shipped)]));
        lines.cancel(&BTreeMap::from([(id(1), cancelled)]));
        let owed = lines.owed(total);
        let value = lines.shipped_value(total, owed);
        prop_assert!((0..=owed.minor).contains(&value));
        prop_assert!(shipped > 0 || value == 0);
    }
}
