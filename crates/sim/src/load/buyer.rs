//! One buyer: places orders, pays and cancels them, and has staff look after them.

use super::{
    ClientLedger,
    caller::{CallFailure, Caller},
    staff::Staff,
};
use crate::random::Random;
use contracts::{
    Metadata,
    orders::{CancelOrder, Cancellation, NewLine, NewOrder, Order, PayOrder, PaymentMethod, PlaceOrder},
    payments::{CaptureMode, ConfirmPayment, Payment},
};
use endpoint::{
    Body, Created, CreatedWithoutEtag, IdempotencyKey, IfMatch, Json, OptionalIdempotencyKey, Path,
};
use kernel::id::ProductId;
use std::time::Duration;
use tokio::{join, time::sleep};

/// How buyers pay: mostly well.
const METHODS: [&str; 12] = [
    "sim_ok",
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
    pub(crate) staff: Staff,
    pub(crate) goods: Vec<ProductId>,
    pub(crate) books: ClientLedger,
    pub(crate) random: Random,
}

impl Buyer {
    /// Buys as often as the plan says.
    pub(crate) async fn buy(mut self) {
        let pause = if self.caller.world.plan.faults { 60_000 } else { 2_000 };
        for n in 0..self.caller.world.plan.orders_each {
            sleep(Duration::from_millis(self.random.below(pause))).await;
            let key = format!("b{}-{n}", self.number);
            let sent = self.new_order(&key);
            if let Some(order) = self.place(&key, &sent).await {
                sleep(Duration::from_millis(self.random.below(pause / 2))).await;
                self.go_on(&key, &order).await;
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
            language: None,
        }
    }

    /// Places an order; now and then twice at the same moment.
    async fn place(&mut self, key: &str, sent: &NewOrder) -> Option<Order> {
        let place = || PlaceOrder { key: IdempotencyKey(key.to_owned()), order: Body(sent.clone()) };
        let ask = || self.caller.ask(orders::NAME, place);
        let answers = match self.random.percent(15) {
            true => {
                let (one, other) = join!(ask(), ask());
                vec![one, other]
            }
            false => vec![ask().await],
        };
        let mut placed = None;
        for Created { body, .. } in answers.into_iter().filter_map(Result::ok) {
            if let Some(finding) = self.books.acknowledged(key, self.number, sent, &body) {
                self.caller.world.found(finding);
            }
            placed = Some(body);
        }
        placed
    }

    /// What becomes of an order; some of it at the same moment.
    async fn go_on(&mut self, key: &str, order: &Order) {
        let (method, other) = (method(&mut self.random), method(&mut self.random));
        match self.random.below(14) {
            0 => self.cancel(key, order).await,
            1 => {
                self.pay(&format!("{key}-pay"), order, method).await;
            }
            2 => {
                self.pay(&format!("{key}-pay"), order, method).await;
                self.cancel(key, order).await;
            }
            3 => {
                let payment = format!("{key}-pay");
                join!(self.pay(&payment, order, method), self.cancel(key, order));
            }
            4 => {
                // in two tabs
                let (one, two) = (format!("{key}-pay-1"), format!("{key}-pay-2"));
                join!(self.pay(&one, order, method), self.pay(&two, order, other));
            }
            5 => self.staff.cancel_one(key, order).await,
            6 => {
                self.pay_well(key, order).await;
                let plan = self.staff.draw(&mut self.random);
                join!(self.staff.look_after(&self.books, key, order, plan), self.cancel(key, order));
            }
            7 => self.staff.is_paid_offline(order).await,
            8 => {}
            _ => {
                self.pay_well(key, order).await;
                let plan = self.staff.draw(&mut self.random);
                self.staff.look_after(&self.books, key, order, plan).await;
            }
        }
    }

    async fn cancel(&self, key: &str, order: &Order) {
        let cancel = || CancelOrder {
            id: Path(order.id),
            key: IdempotencyKey(format!("{key}-cancel")),
            based_on: IfMatch(None),
            cancellation: Body(Cancellation { reason: Some("changed my mind".to_owned()), lines: None }),
        };
        if self.caller.ask(orders::NAME, cancel).await.is_ok() {
            self.books.note(key, |told| told.cancelled = true);
        }
    }

    async fn pay_well(&self, key: &str, order: &Order) {
        let method = PaymentMethod { method: "sim_ok".to_owned(), capture: CaptureMode::Automatic };
        self.pay(&format!("{key}-pay-well"), order, method).await;
    }

    /// Pays, and does what the payment asks for. Declined, or paid already: the audit knows.
    async fn pay(&self, key: &str, order: &Order, method: PaymentMethod) {
        let pay = || PayOrder {
            id: Path(order.id),
            key: IdempotencyKey(key.to_owned()),
            method: Body(method.clone()),
        };
        let Ok(CreatedWithoutEtag { body: payment, .. }) = self.caller.ask(orders::NAME, pay).await else {
            return;
        };
        if payment.next_action.is_some() {
            let confirm = || ConfirmPayment {
                id: Path(payment.id),
                key: OptionalIdempotencyKey(Some(format!("{key}-confirm"))),
            };
            let _: Result<Json<Payment>, CallFailure<_>> = self.caller.ask(payments::NAME, confirm).await;
        }
    }
}

fn method(random: &mut Random) -> PaymentMethod {
    let capture = random.pick(&[CaptureMode::Automatic, CaptureMode::Automatic, CaptureMode::Manual]);
    PaymentMethod { method: random.pick(&METHODS).to_owned(), capture }
}
