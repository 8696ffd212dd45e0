//! An order, its fulfilments and its payment in a small world, for the tests beside.

use crate::{fulfilment, order::*, pricing::price, transition::fulfilment::FulfilmentTrigger as Way};
use contracts::{
    events::PaymentSnapshot,
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{AdjustmentKind, CancelCode, LineQuantity},
    payments::{Attempt, AttemptStatus, Payment, PaymentState, PaymentStatus},
    settlement::CloseMode,
};
use kernel::Currency;
use std::collections::BTreeMap;

pub(super) const EUR: Currency = Currency::EUR;
pub(super) const DUE: Duration = Duration::from_secs(1800);

pub(super) fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

pub(super) fn eur(minor: i64) -> Money {
    Money::new(minor, EUR)
}

pub(super) fn line(n: u128, quantity: i64, price: i64) -> Line {
    let product_id = (n != 0).then(|| id(100 + n));
    let title = format!("line {n}");
    let (open, cancelled, shipped, delivered, returned, undelivered) = (quantity, 0, 0, 0, 0, 0);
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
        undelivered,
    }
}

/// Two lines of products and a custom one, with shipping and a discount.
pub(super) fn placed() -> (Order, ChangeSet) {
    let lines = vec![line(1, 3, 1000), line(2, 2, 250), line(0, 1, 500)];
    let adjustment = |kind, minor| Adjustment { kind, title: "a".to_owned(), amount: eur(minor) };
    let adjustments =
        vec![adjustment(AdjustmentKind::Shipping, 300), adjustment(AdjustmentKind::Discount, -800)];
    let quote = price(lines.iter().map(Line::priced_units), &adjustments, EUR).unwrap();
    assert_eq!(quote.total(), eur(3500));
    let placing = PlacementData {
        id: id(7),
        number: 1001,
        placement_id: Some(id(8)),
        user_id: id(9),
        guest_id: None,
        priced: PricedLines { lines, adjustments, quote },
        metadata: Metadata::new(),
        is_short: false,
    };
    Order::place(placing, now(), Some(DUE)).unwrap()
}

/// Payments, as far as an order can notice: one payment, in versions.
#[derive(Clone)]
pub(super) struct Payments {
    pub(super) figures: PaymentSnapshot,
    pub(super) attempts: Vec<Attempt>,
    pub(super) said: Vec<PaymentUpdate>,
}

impl Payments {
    pub(super) fn new(order: &Order) -> Self {
        let zero = eur(0);
        let figures = PaymentSnapshot {
            payment_id: id(11),
            order_id: order.id,
            version: 0,
            state: PaymentState::Open,
            amount: order.total,
            owed: order.owed,
            authorized: zero,
            captured: zero,
            surplus: None,
            offline: zero,
            refunded: zero,
            claimed: zero,
            pending: false,
        };
        Payments { figures, attempts: Vec::new(), said: Vec::new() }
    }

    pub(super) fn say(&mut self) {
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
        self.said.push(PaymentUpdate::of(figures, payment));
    }

    pub(super) fn attempt(&mut self, status: AttemptStatus) {
        let id = id(500 + self.attempts.len() as u128);
        let attempt = Attempt { id, status, method: "sim".to_owned(), failure: None, created_at: now() };
        self.attempts.push(attempt);
    }

    pub(super) fn pay(&mut self, captures: bool) {
        if self.figures.state == PaymentState::Open {
            self.attempt(if captures { AttemptStatus::Captured } else { AttemptStatus::Authorized });
            self.figures.state = PaymentState::Secured;
            let owed = self.figures.owed;
            if captures {
                self.figures.captured.minor = self.late() + owed.minor
            } else {
                self.figures.authorized = owed
            }
            self.say();
        }
    }
    pub(super) fn decline(&mut self) {
        if self.figures.state == PaymentState::Open {
            self.attempt(AttemptStatus::Failed);
            self.say();
        }
    }
    pub(super) fn lapse(&mut self) {
        if self.figures.state == PaymentState::Secured && self.figures.authorized.minor > 0 {
            self.figures.authorized = eur(0);
            // where nothing is owed it is not missed
            if self.figures.owed.minor > 0 {
                self.figures.state = PaymentState::Open;
            }
            self.say();
        }
    }
    /// A capture before a shipment.
    pub(super) fn capture(&mut self, owed: Money) {
        if self.figures.authorized.minor > 0 {
            self.owe(owed);
            self.figures.captured.minor = self.late() + self.figures.owed.minor;
            self.figures.authorized = eur(0);
            self.say();
        }
    }
    fn late(&self) -> i64 {
        self.figures.surplus.map_or(0, |surplus| surplus.minor)
    }
    /// An attempt that had failed is charged after all: all of it goes back.
    pub(super) fn late_money(&mut self, minor: i64) {
        self.figures.captured.minor += minor;
        self.figures.surplus = Some(eur(self.late() + minor));
        self.figures.claimed.minor += minor;
        self.say();
    }
    pub(super) fn owe(&mut self, owed: Money) {
        if owed.minor < self.figures.owed.minor {
            self.figures.owed = owed;
            self.level();
            if owed.minor == 0 && self.figures.state == PaymentState::Open {
                self.figures.state = PaymentState::Secured;
            }
            self.say();
        }
    }
    /// Refunds for cancellation: min(captured − owed, captured − all claims).
    pub(super) fn level(&mut self) {
        let figures = &mut self.figures;
        let given = figures.refunded.minor + figures.claimed.minor;
        let more = (figures.captured.minor - figures.owed.minor - given).max(0);
        figures.claimed = eur(figures.claimed.minor + more);
    }
    pub(super) fn close(&mut self, mode: CloseMode) {
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
    /// A refund that staff ask for.
    pub(super) fn refund(&mut self, minor: i64) {
        self.figures.refunded.minor += minor;
        self.say();
    }
    pub(super) fn settle_refunds(&mut self) {
        if self.figures.claimed.minor > 0 {
            self.figures.refunded = eur(self.figures.refunded.minor + self.figures.claimed.minor);
            self.figures.claimed = eur(0);
            self.say();
        }
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
pub(super) enum OrderOperation {
    Pay {
        captures: bool,
    },
    Decline,
    LateMoney,
    Lapse,
    SettleRefunds,
    /// One of the things that payments has said is consumed, again or late.
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
    MendStock,
    Hold,
    Release,
    Finish,
    Correct,
    Annotate,
}

/// An order, its fulfilments, its payment, and all its events.
pub(super) struct OrderRun {
    pub(super) order: Order,
    pub(super) payments: Payments,
    pub(super) fulfilments: Vec<Fulfilment>,
    pub(super) events: Vec<RecordedEvent>,
}

impl OrderRun {
    pub(super) fn new() -> Self {
        let (order, change) = placed();
        let payments = Payments::new(&order);
        OrderRun { order, payments, fulfilments: Vec::new(), events: change.events }
    }

    pub(super) fn allocated(&self) -> ByLine {
        let mut allocated = BTreeMap::new();
        let waiting =
            |f: &&Fulfilment| matches!(f.status, FulfilmentStatus::Pending | FulfilmentStatus::Packed);
        for line in self.fulfilments.iter().filter(waiting).flat_map(|f| &f.lines) {
            *allocated.entry(line.line_id).or_insert(0) += line.quantity;
        }
        allocated
    }

    pub(super) fn happen(&mut self, what: &OrderOperation) {
        let mut order = self.order.clone();
        let mut change = ChangeSet::of(&order, now(), DUE);
        let before = order.clone();
        if self.act(&mut order, &mut change, what) {
            if change.effects.contains(&Effect::CancelFulfilments) {
                for one in &mut self.fulfilments {
                    let _ = fulfilment::step(one, Way::Cancel, (now(), order.version));
                }
            }
            self.events.append(&mut change.events);
            self.order = order;
        }
        self.check(&before);
    }

    /// Whether it was allowed.
    pub(super) fn act(&mut self, order: &mut Order, change: &mut ChangeSet, what: &OrderOperation) -> bool {
        let wish = |line: &u128, quantity: &i64| LineQuantity { line_id: id(*line), quantity: *quantity };
        match what {
            OrderOperation::Pay { captures } => self.payments.pay(*captures),
            OrderOperation::Decline => self.payments.decline(),
            OrderOperation::LateMoney => self.payments.late_money(2500),
            OrderOperation::Lapse => self.payments.lapse(),
            OrderOperation::SettleRefunds => self.payments.settle_refunds(),
            OrderOperation::Close => {
                if let Some(mode) = order.state.close_mode() {
                    self.payments.close(mode);
                }
            }
            OrderOperation::TellOwed if order.payment.is_some() => self.payments.owe(order.owed),
            OrderOperation::TellOwed => {}
            OrderOperation::Hear(which) => {
                return self
                    .payments
                    .said
                    .get(*which)
                    .is_some_and(|heard| order.apply_payment_update(heard, change));
            }
            OrderOperation::HearNewest => {
                return self
                    .payments
                    .said
                    .last()
                    .is_some_and(|heard| order.apply_payment_update(heard, change));
            }
            OrderOperation::FallDue => return order.fall_due(change).is_ok(),
            OrderOperation::Cancel => return order.cancel((CancelCode::Customer, None), change).is_ok(),
            OrderOperation::CancelItems { line, quantity } => {
                let allocated = self.allocated();
                let by = (CancelCode::Staff, None);
                return order.cancel_items(&[wish(line, quantity)], &allocated, by, change).is_ok();
            }
            OrderOperation::Make { line, quantity } => {
                let picked = order.lines.pick(&[wish(line, quantity)], &self.allocated());
                return picked.is_ok() && self.make(order, change, vec![wish(line, quantity)]);
            }
            OrderOperation::MakeAll => {
                let rest = order.lines.unallocated(&self.allocated());
                return !rest.is_empty() && self.make(order, change, rest);
            }
            OrderOperation::Move { which, way } => {
                return self.advance(order, change, *which, Way::ALL[*way]);
            }
            OrderOperation::Short => return order.hold_short(id(101), change),
            OrderOperation::EndShort => return order.end_short(change),
            OrderOperation::LoseStock => return order.lose_stock(id(101), change),
            OrderOperation::MendStock => return order.mend_stock(&[], change),
            OrderOperation::Hold => return order.hold("wait".to_owned(), change).is_ok(),
            OrderOperation::Release => return order.release_by_staff(None, change).is_ok(),
            OrderOperation::Finish => return order.finish(change),
            OrderOperation::Correct => return order.correct(None, change).is_ok(),
            OrderOperation::Annotate => return order.annotate(Some(Metadata::new()), change).is_ok(),
        }
        false
    }

    pub(super) fn make(
        &mut self,
        order: &mut Order,
        change: &mut ChangeSet,
        lines: Vec<LineQuantity>,
    ) -> bool {
        let made = fulfilment::make(order, id(1000), lines, (None, None), change);
        self.fulfilments.extend(made.as_ref().ok().map(|step| step.fulfilment.clone()));
        made.is_ok()
    }

    pub(super) fn advance(
        &mut self,
        order: &mut Order,
        change: &mut ChangeSet,
        which: usize,
        way: Way,
    ) -> bool {
        let Some(one) = self.fulfilments.get(which) else { return false };
        let mut moved = one.clone();
        if way == Way::Ship && !order.is_captured() {
            self.payments.capture(order.owed);
            let _ = self.payments.said.last().is_some_and(|heard| order.apply_payment_update(heard, change));
        }
        let done = fulfilment::advance(order, &mut moved, way, change).is_ok();
        if done {
            self.fulfilments[which] = moved;
        }
        done
    }

    pub(super) fn check(&self, before: &Order) {
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
        let captured = order.payment.as_ref().map_or(0, |copy| copy.figures.paid());
        assert!(captured >= shipped, "I5: {shipped} shipped, {captured} captured for it");
        let arrived: i64 = order.lines.iter().map(|line| line.delivered - line.undelivered).sum();
        let shipped: i64 = order.lines.iter().map(|line| line.shipped).sum();
        let is_delivered = order.fulfilment_status() == contracts::orders::FulfilmentSummary::Delivered;
        assert_eq!(is_delivered, shipped > 0 && arrived == shipped && order.lines.units().open == 0);
        if order.state == OrderState::Completed {
            assert!(captured >= order.owed.minor, "completed with {captured} paid of {}", order.owed);
        }
        if let Some(confirmation) = order.confirmation {
            assert!(confirmation.secured.minor >= confirmation.owed.minor, "I5");
        }
        let knows =
            |copy: &PaymentCopy| copy.figures.owed.minor == 0 && copy.figures.state != PaymentState::Closed;
        if order.state == OrderState::Confirmed && order.payment.as_ref().is_some_and(knows) {
            assert!(!order.holds.payment, "it is held for nothing: {order:?}");
        }
        let packed = self.fulfilments.iter().filter(|one| one.status == FulfilmentStatus::Packed).count();
        assert_eq!(order.packed, packed as i64);
        let units = |statuses: &[FulfilmentStatus]| -> i64 {
            let parcels = self.fulfilments.iter().filter(|one| statuses.contains(&one.status));
            parcels.flat_map(|one| &one.lines).map(|line| line.quantity).sum()
        };
        assert_eq!(order.allocated, units(&[FulfilmentStatus::Pending, FulfilmentStatus::Packed]));
        assert_eq!(order.failed, units(&[FulfilmentStatus::Failed]));
        self.check_offers();
        let is_over = order.state.is_terminal() || order.state == OrderState::Completed;
        assert!(!is_over || order.holds.first().is_none(), "nothing is left to hold");
        let allocated = self.allocated();
        for line in order.lines.iter() {
            assert!(allocated.get(&line.id).copied().unwrap_or(0) <= line.open, "allocated units are open");
        }
    }
}
