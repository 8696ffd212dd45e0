//! The shop's staff: they pack, ship, note arrivals and returns, take and give back money, and count the shelves.

use super::{
    Books,
    caller::{Caller, No},
};
use crate::random::Random;
use contracts::{
    fulfilments::{
        CreateFulfilment, DeliverFulfilment, FailFulfilment, NewFulfilment, ReturnFulfilment, ShipFulfilment,
        Shipment,
    },
    orders::{
        CancelOrder, Cancellation, LineQuantity, Order, OrderTarget, RefundOrder, SetOrderStatus,
        TargetStatus,
    },
    payments::{CapturePayment, NewRefund, VoidPayment},
    products::{ProductChange, UpdateProduct},
    stock::{AdjustStock, Adjustment, Reason},
};
use endpoint::{Body, IfMatch, Json, Key, Made, MaybeKey, Path, Tagged};
use kernel::{
    Currency, Money,
    id::{FulfilmentId, ProductId},
};
use std::time::Duration;
use tokio::time::sleep;

/// A member of staff who may do everything.
#[derive(Clone)]
pub(crate) struct Staff(pub(crate) Caller);

/// What is done about one order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Care {
    /// Only one piece of the first line is sent at first.
    in_parts: bool,
    /// One piece is taken off the order first.
    cancels_one: bool,
    then: Then,
    money: About,
    refunds: bool,
}
#[derive(Debug, Clone, Copy)]
enum Then {
    Nothing,
    Delivered,
    ComesBack,
}
/// What staff do with the money by hand before anything is shipped.
#[derive(Debug, Clone, Copy)]
enum About {
    Nothing,
    Capture,
    Void,
}

impl Staff {
    pub(crate) fn draw(&self, random: &mut Random) -> Care {
        Care {
            in_parts: random.percent(25),
            cancels_one: random.percent(15),
            then: random.pick(&[Then::Nothing, Then::Delivered, Then::Delivered, Then::ComesBack]),
            money: random.pick(&[
                About::Nothing,
                About::Nothing,
                About::Nothing,
                About::Capture,
                About::Void,
            ]),
            refunds: random.percent(40),
        }
    }

    /// Sees an order through, as far as it goes.
    pub(crate) async fn look_after(&self, books: &Books, key: &str, order: &Order, care: Care) {
        self.money(key, order, care.money).await;
        if care.cancels_one {
            self.cancel_one(key, order).await;
        }
        let first = order.lines.first().filter(|_| care.in_parts);
        if let Some(line) = first {
            let lines = vec![LineQuantity { line_id: line.id, quantity: 1 }];
            self.ship(books, &format!("{key}-part"), key, order, Some(lines), care.then).await;
        }
        self.ship(books, &format!("{key}-rest"), key, order, None, care.then).await;
        if care.refunds {
            self.refund(books, key, order).await;
        }
    }

    async fn money(&self, key: &str, order: &Order, about: About) {
        let Some(payment) = &order.payment else { return };
        let id = Path(payment.id);
        match about {
            About::Nothing => {}
            About::Capture => {
                let capture = || CapturePayment { id, key: Key(format!("{key}-capture")) };
                let _: Result<Json<_>, No<_>> = self.0.ask(payments::NAME, capture).await;
            }
            About::Void => {
                let void = || VoidPayment { id, key: Key(format!("{key}-void")) };
                let _: Result<Json<_>, No<_>> = self.0.ask(payments::NAME, void).await;
            }
        }
    }

    /// Takes a piece off the order's first line. It may be too late.
    pub(crate) async fn cancel_one(&self, key: &str, order: &Order) {
        let Some(line) = order.lines.first() else { return };
        let lines = vec![LineQuantity { line_id: line.id, quantity: 1 }];
        let cancel = || CancelOrder {
            id: Path(order.id),
            key: Key(format!("{key}-one")),
            based_on: IfMatch(None),
            cancellation: Body(Cancellation { reason: None, lines: Some(lines.clone()) }),
        };
        let _: Result<Tagged<Order>, No<_>> = self.0.ask(orders::NAME, cancel).await;
    }

    /// The money is in the till.
    pub(crate) async fn is_paid_offline(&self, order: &Order) {
        let set = || SetOrderStatus {
            id: Path(order.id),
            based_on: IfMatch(None),
            target: Body(OrderTarget { status: TargetStatus::Confirmed, version: None }),
        };
        let _ = self.0.ask(orders::NAME, set).await; // it may be paid otherwise by now, or be cancelled
    }

    async fn ship(
        &self,
        books: &Books,
        name: &str,
        key: &str,
        order: &Order,
        lines: Option<Vec<LineQuantity>>,
        then: Then,
    ) {
        let new = NewFulfilment { lines, ..NewFulfilment::default() };
        let create = || CreateFulfilment {
            id: Path(order.id),
            key: Key(name.to_owned()),
            fulfilment: Body(new.clone()),
        };
        let Ok(Made { body: fulfilment, .. }) = self.0.ask(orders::NAME, create).await else { return };
        let ship = || ShipFulfilment {
            id: Path(fulfilment.id),
            key: MaybeKey(Some(format!("{name}-ship"))),
            shipment: Body(Shipment::default()),
        };
        if self.0.ask(orders::NAME, ship).await.is_ok() {
            books.note(key, |told| told.shipped = true);
            self.then(fulfilment.id, name, then).await;
        }
    }

    async fn then(&self, fulfilment: FulfilmentId, name: &str, then: Then) {
        let id = Path(fulfilment);
        let key = |what: &str| MaybeKey(Some(format!("{name}-{what}")));
        match then {
            Then::Nothing => {}
            Then::Delivered => {
                let deliver = || DeliverFulfilment { id, key: key("deliver") };
                let _ = self.0.ask(orders::NAME, deliver).await;
            }
            Then::ComesBack => {
                let fail = || FailFulfilment { id, key: key("fail") };
                let _ = self.0.ask(orders::NAME, fail).await;
                let comes_back = || ReturnFulfilment { id, key: key("return") };
                let _ = self.0.ask(orders::NAME, comes_back).await;
            }
        }
    }

    async fn refund(&self, books: &Books, key: &str, order: &Order) {
        const MINOR: i64 = 50;
        let refund = NewRefund { amount: Some(Money::new(MINOR, Currency::EUR).into()), reason: None };
        let refund = || RefundOrder {
            id: Path(order.id),
            key: Key(format!("{key}-refund")),
            refund: Body(refund.clone()),
        };
        if self.0.ask(orders::NAME, refund).await.is_ok() {
            books.note(key, |told| told.refunded += MINOR);
        }
    }

    /// Receives goods, counts shelves and changes prices, while others buy.
    pub(crate) async fn keep_the_shelves(self, goods: Vec<ProductId>, mut random: Random) {
        let (times, pause) = if self.0.world.plan.faults { (8, 60_000) } else { (3, 2_000) };
        for n in 0..times {
            sleep(Duration::from_millis(random.below(pause))).await;
            let (id, delta) = (random.pick(&goods), random.pick(&[-4, -2, -1, 2, 3, 8]));
            let adjustment = Adjustment {
                delta,
                reason: if delta > 0 { Reason::Receipt } else { Reason::Count },
                note: None,
                reference: None,
                on_hand: None,
                accept_shortfall: random.percent(40),
            };
            let adjust = || AdjustStock {
                id: Path(id),
                key: MaybeKey(Some(format!("shelf-{n}"))),
                adjustment: Body(adjustment.clone()),
            };
            let _: Result<Made<_>, No<_>> = self.0.ask(products::NAME, adjust).await; // too little may be left
            let price = Money::new(100 + random.below(5_000) as i64, Currency::EUR);
            let change = ProductChange { price: Some(price.into()), ..ProductChange::default() };
            let update = || UpdateProduct {
                id: Path(id),
                key: MaybeKey(None),
                based_on: IfMatch(None),
                change: Body(change.clone()),
            };
            let _ = self.0.ask(products::NAME, update).await;
        }
    }
}
