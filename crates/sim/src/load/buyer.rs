//! One buyer, and the staff who look after what is bought.

use super::{
    Books,
    caller::{Caller, No},
};
use crate::random::Random;
use contracts::{
    Metadata,
    fulfilments::{CreateFulfilment, DeliverFulfilment, NewFulfilment, ShipFulfilment, Shipment},
    orders::{
        CancelOrder, Cancellation, LineQuantity, NewLine, NewOrder, Order, PayOrder, PaymentMethod,
        PlaceOrder, RefundOrder,
    },
    payments::{CaptureMode, NewRefund},
};
use endpoint::{Body, Created, Json, Key, MaybeKey, Path};
use kernel::{Currency, Money, id::ProductId};
use std::time::Duration;
use tokio::time::sleep;

/// How buyers pay: mostly well.
const METHODS: [&str; 11] = [
    "sim_ok",
    "sim_ok",
    "sim_ok",
    "sim_declined",
    "sim_insufficient_funds",
    "sim_requires_action",
    "sim_timeout_before_charge",
    "sim_timeout_after_charge",
    "sim_slow",
    "sim_webhook_late",
    "sim_webhook_twice",
];

/// A buyer, and what is bought.
pub(crate) struct Buyer {
    pub(crate) number: usize,
    pub(crate) caller: Caller,
    pub(crate) admin: Caller,
    pub(crate) goods: Vec<ProductId>,
    pub(crate) books: Books,
    pub(crate) random: Random,
}

impl Buyer {
    /// Buys as often as the plan says.
    pub(crate) async fn buy(mut self) {
        let faults = &self.caller.world.faults;
        let pause = if faults.last.is_zero() { 2_000 } else { 60_000 };
        for n in 0..self.caller.world.plan.orders_each {
            sleep(Duration::from_millis(self.random.below(pause))).await;
            let key = format!("b{}-{n}", self.number);
            let sent = self.new_order(&key);
            if let Some(order) = self.place(&key, &sent).await {
                self.go_on(&key, order).await;
            }
        }
    }

    fn new_order(&mut self, key: &str) -> NewOrder {
        let random = &mut self.random;
        let product = |n: u64, quantity| NewLine {
            product_id: Some(self.goods[n as usize % self.goods.len()]),
            title: None,
            unit_price: None,
            quantity,
        };
        let first = random.below(self.goods.len() as u64);
        let mut lines: Vec<NewLine> =
            (0..1 + random.below(3)).map(|n| product(first + n, 1 + random.below(3) as i64)).collect();
        if random.percent(10) {
            let title = Some("Gift wrapping".to_owned());
            lines.push(NewLine { product_id: None, title, unit_price: None, quantity: 1 });
        }
        let payment = random.percent(60).then(|| method(random));
        NewOrder {
            lines,
            expected_total: None,
            adjustments: Vec::new(),
            shipping_address: None,
            note: None,
            // by this the checks know it again, whatever was answered
            metadata: Metadata::from([("key".to_owned(), key.to_owned())]),
            payment,
        }
    }

    async fn place(&mut self, key: &str, sent: &NewOrder) -> Option<Order> {
        let place = || PlaceOrder { key: Key(key.to_owned()), order: Body(sent.clone()) };
        let twice = self.random.percent(15);
        let (one, other) = tokio::join!(self.caller.ask(orders::NAME, place), async {
            match twice {
                true => Some(self.caller.ask(orders::NAME, place).await),
                false => None,
            }
        });
        let mut placed = None;
        for answer in std::iter::once(one).chain(other) {
            let Ok(Created { body, .. }) = answer else { continue };
            if let Some(finding) = self.books.acknowledged(key, self.number, sent, &body) {
                self.caller.world.found(finding);
            }
            placed = Some(body);
        }
        placed
    }

    async fn go_on(&mut self, key: &str, order: Order) {
        sleep(Duration::from_millis(self.random.below(30_000))).await;
        match self.random.below(12) {
            0..=2 => self.cancel(key, &order).await,
            3..=4 => {
                self.pay(key, &order).await;
                if self.random.percent(30) {
                    self.cancel(key, &order).await;
                }
            }
            5..=8 => self.fulfil(key, &order).await,
            9 => self.cancel_some(key, &order).await,
            _ => {}
        }
    }

    async fn cancel(&mut self, key: &str, order: &Order) {
        let cancel = || CancelOrder {
            id: Path(order.id),
            key: Key(format!("{key}-cancel")),
            cancellation: Body(Cancellation { reason: Some("changed my mind".to_owned()), lines: None }),
        };
        if self.caller.ask(orders::NAME, cancel).await.is_ok() {
            self.books.note(key, |told| told.cancelled = true);
        }
    }

    /// Staff take a piece off the order's first line.
    async fn cancel_some(&mut self, key: &str, order: &Order) {
        let Some(line) = order.lines.first() else { return };
        let lines = vec![LineQuantity { line_id: line.id, quantity: 1 }];
        let cancel = || CancelOrder {
            id: Path(order.id),
            key: Key(format!("{key}-some")),
            cancellation: Body(Cancellation { reason: None, lines: Some(lines.clone()) }),
        };
        let _: Result<Json<Order>, No<_>> = self.admin.ask(orders::NAME, cancel).await; // it may be too late
        if self.random.percent(50) {
            self.fulfil(key, order).await;
        }
    }

    async fn pay(&mut self, key: &str, order: &Order) {
        let method = method(&mut self.random);
        let pay =
            || PayOrder { id: Path(order.id), key: Key(format!("{key}-pay")), method: Body(method.clone()) };
        let _ = self.caller.ask(orders::NAME, pay).await; // declined, or paid already: the audit knows
    }

    /// Staff pack, ship, and now and then note the arrival and give money back.
    async fn fulfil(&mut self, key: &str, order: &Order) {
        let create = || CreateFulfilment {
            id: Path(order.id),
            key: Key(format!("{key}-fulfil")),
            fulfilment: Body(NewFulfilment::default()),
        };
        let Ok(Created { body: fulfilment, .. }) = self.admin.ask(orders::NAME, create).await else { return };
        let ship = || ShipFulfilment {
            id: Path(fulfilment.id),
            key: MaybeKey(Some(format!("{key}-ship"))),
            shipment: Body(Shipment::default()),
        };
        if self.admin.ask(orders::NAME, ship).await.is_err() {
            return;
        }
        self.books.note(key, |told| told.shipped = true);
        if self.random.percent(50) {
            let deliver = || DeliverFulfilment {
                id: Path(fulfilment.id),
                key: MaybeKey(Some(format!("{key}-deliver"))),
            };
            let _ = self.admin.ask(orders::NAME, deliver).await;
        }
        if self.random.percent(35) {
            self.refund(key, order).await;
        }
    }

    async fn refund(&mut self, key: &str, order: &Order) {
        let refund = NewRefund { amount: Some(Money::new(50, Currency::EUR).into()), reason: None };
        let refund = || RefundOrder {
            id: Path(order.id),
            key: Key(format!("{key}-refund")),
            refund: Body(refund.clone()),
        };
        if self.admin.ask(orders::NAME, refund).await.is_ok() {
            self.books.note(key, |told| told.refunded += 50);
        }
    }
}

fn method(random: &mut Random) -> PaymentMethod {
    let capture = random.pick(&[CaptureMode::Automatic, CaptureMode::Automatic, CaptureMode::Manual]);
    PaymentMethod { method: random.pick(&METHODS).to_owned(), capture }
}
