//! The shop's staff: they pack, ship, note arrivals and returns, take and give back money, and count the shelves.

use super::{
    ClientLedger,
    caller::{CallFailure, Caller},
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
use endpoint::{
    Body, CreatedWithoutEtag, IdempotencyKey, IfMatch, Json, OptionalIdempotencyKey, Path, WithEtag,
};
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
pub(crate) struct StaffPlan {
    /// Only one piece of the first line is sent at first.
    in_parts: bool,
    /// One piece is taken off the order first.
    cancels_one: bool,
    then: NextStep,
    money: StaffPaymentAction,
    refunds: bool,
}
#[derive(Debug, Clone, Copy)]
enum NextStep {
    Nothing,
    Delivered,
    ComesBack,
}
/// What staff do with the money by hand before anything is shipped.
#[derive(Debug, Clone, Copy)]
enum StaffPaymentAction {
    Nothing,
    Capture,
    Void,
}

impl Staff {
    pub(crate) fn draw(&self, random: &mut Random) -> StaffPlan {
        StaffPlan {
            in_parts: random.percent(25),
            cancels_one: random.percent(15),
            then: random.pick(&[
                NextStep::Nothing,
                NextStep::Delivered,
                NextStep::Delivered,
                NextStep::ComesBack,
            ]),
            money: random.pick(&[
                StaffPaymentAction::Nothing,
                StaffPaymentAction::Nothing,
                StaffPaymentAction::Nothing,
                StaffPaymentAction::Capture,
                StaffPaymentAction::Void,
            ]),
            refunds: random.percent(40),
        }
    }

    /// Sees an order through, as far as it goes.
    pub(crate) async fn look_after(&self, books: &ClientLedger, key: &str, order: &Order, care: StaffPlan) {
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

    async fn money(&self, key: &str, order: &Order, about: StaffPaymentAction) {
        let Some(payment) = &order.payment else { return };
        let id = Path(payment.id);
        match about {
            StaffPaymentAction::Nothing => {}
            StaffPaymentAction::Capture => {
                let capture = || CapturePayment { id, key: IdempotencyKey(format!("{key}-capture")) };
                let _: Result<Json<_>, CallFailure<_>> = self.0.ask(payments::NAME, capture).await;
            }
            StaffPaymentAction::Void => {
                let void = || VoidPayment { id, key: IdempotencyKey(format!("{key}-void")) };
                let _: Result<Json<_>, CallFailure<_>> = self.0.ask(payments::NAME, void).await;
            }
        }
    }

    /// Takes a piece off the order's first line. It may be too late.
    pub(crate) async fn cancel_one(&self, key: &str, order: &Order) {
        let Some(line) = order.lines.first() else { return };
        let lines = vec![LineQuantity { line_id: line.id, quantity: 1 }];
        let cancel = || CancelOrder {
            id: Path(order.id),
            key: IdempotencyKey(format!("{key}-one")),
            based_on: IfMatch(None),
            cancellation: Body(Cancellation { reason: None, lines: Some(lines.clone()) }),
        };
        let _: Result<WithEtag<Order>, CallFailure<_>> = self.0.ask(orders::NAME, cancel).await;
    }

    /// The money is in the till.
    pub(crate) async fn is_paid_offline(&self, order: &Order) {
        let set = || SetOrderStatus {
            id: Path(order.id),
            based_on: IfMatch(None),
            target: Body(OrderTarget { status: TargetStatus::Confirmed, version: None }),
        };
        let _ = self.0.ask(orders::NAME, set).await; // it may be paid otherwise already, or be cancelled
    }

    async fn ship(
        &self,
        books: &ClientLedger,
        name: &str,
        key: &str,
        order: &Order,
        lines: Option<Vec<LineQuantity>>,
        then: NextStep,
    ) {
        let new = NewFulfilment { lines, ..NewFulfilment::default() };
        let create = || CreateFulfilment {
            id: Path(order.id),
            key: IdempotencyKey(name.to_owned()),
            fulfilment: Body(new.clone()),
        };
        let Ok(CreatedWithoutEtag { body: fulfilment, .. }) = self.0.ask(orders::NAME, create).await else {
            return;
        };
        let ship = || ShipFulfilment {
            id: Path(fulfilment.id),
            key: OptionalIdempotencyKey(Some(format!("{name}-ship"))),
            shipment: Body(Shipment::default()),
        };
        if self.0.ask(orders::NAME, ship).await.is_ok() {
            books.note(key, |told| told.shipped = true);
            self.then(fulfilment.id, name, then).await;
        }
    }

    async fn then(&self, fulfilment: FulfilmentId, name: &str, then: NextStep) {
        let id = Path(fulfilment);
        let key = |what: &str| OptionalIdempotencyKey(Some(format!("{name}-{what}")));
        match then {
            NextStep::Nothing => {}
            NextStep::Delivered => {
                let deliver = || DeliverFulfilment { id, key: key("deliver") };
                let _ = self.0.ask(orders::NAME, deliver).await;
            }
            NextStep::ComesBack => {
                let fail = || FailFulfilment { id, key: key("fail") };
                let _ = self.0.ask(orders::NAME, fail).await;
                let comes_back = || ReturnFulfilment { id, key: key("return") };
                let _ = self.0.ask(orders::NAME, comes_back).await;
            }
        }
    }

    async fn refund(&self, books: &ClientLedger, key: &str, order: &Order) {
        const MINOR: i64 = 50;
        let refund = NewRefund { amount: Some(Money::new(MINOR, Currency::EUR).into()), reason: None };
        let refund = || RefundOrder {
            id: Path(order.id),
            key: IdempotencyKey(format!("{key}-refund")),
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
                key: OptionalIdempotencyKey(Some(format!("shelf-{n}"))),
                adjustment: Body(adjustment.clone()),
            };
            let _: Result<CreatedWithoutEtag<_>, CallFailure<_>> = self.0.ask(products::NAME, adjust).await; // too little may be left
            let price = Money::new(100 + random.below(5_000) as i64, Currency::EUR);
            let change = ProductChange { price: Some(price.into()), ..ProductChange::default() };
            let update = || UpdateProduct {
                id: Path(id),
                key: OptionalIdempotencyKey(None),
                based_on: IfMatch(None),
                change: Body(change.clone()),
            };
            let _ = self.0.ask(products::NAME, update).await;
        }
    }
}
