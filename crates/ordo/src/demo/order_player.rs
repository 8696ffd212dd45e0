//! An order of the demo: how it begins, and what is done to it.

use super::{
    actions::{DemoAction, Start},
    people::DemoActor,
    player::ScenarioPlayer,
    scenario::{SALES, Sale},
};
use crate::exit_code::Failure;
use contracts::{fulfilments::*, orders::*, payments::*};
use endpoint::{
    Body, Created, CreatedWithoutEtag, Endpoint, IdempotencyKey, IfMatch, OptionalIdempotencyKey, Path,
    client::CallError,
};
use kernel::id::*;

/// What is known of an order that has begun.
#[derive(Default)]
pub(super) struct OrderPlayer {
    order: Option<OrderId>,
    lines: Vec<LineId>,
    payment: Option<PaymentId>,
    parcels: Vec<FulfilmentId>,
    refund: Option<RefundId>,
}

impl OrderPlayer {
    /// Takes a step of the sale `n`; none begins it.
    pub(super) async fn goes_on(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        n: usize,
        step: Option<usize>,
    ) -> Result<(), Failure> {
        let sale = &SALES[n];
        let key = |what: &str| format!("demo-{n}-{what}");
        match step.map(|step| (step, sale.course[step].1)) {
            None => self.begins(teller, sale, key("begins")).await,
            Some((step, deed)) => self.does(teller, sale, deed, key(&step.to_string())).await,
        }
    }

    fn order(&self) -> Result<OrderId, Failure> {
        self.order.ok_or_else(|| Failure::other("the demo's order has not begun"))
    }
    fn parcel(&self, n: usize) -> Result<FulfilmentId, Failure> {
        self.parcels.get(n).copied().ok_or_else(|| Failure::other("the demo's parcel is not there yet"))
    }
    fn payment(&self) -> Result<PaymentId, Failure> {
        self.payment.ok_or_else(|| Failure::other("the demo's order has no payment yet"))
    }
    fn refund(&self) -> Result<RefundId, Failure> {
        self.refund.ok_or_else(|| Failure::other("the demo's order has no refund yet"))
    }
    fn units(&self, of: &[(usize, i64)]) -> Option<Vec<LineQuantity>> {
        let unit = |(line, quantity): &(usize, i64)| {
            Some(LineQuantity { line_id: *self.lines.get(*line)?, quantity: *quantity })
        };
        (!of.is_empty()).then(|| of.iter().filter_map(unit).collect())
    }

    async fn begins(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        sale: &Sale,
        key: String,
    ) -> Result<(), Failure> {
        let line = |(sku, quantity): &(&str, i64)| {
            let product_id = Some(teller.product(sku)?);
            Ok(NewLine { product_id, title: None, unit_price: None, quantity: *quantity })
        };
        let lines = sale.basket.iter().map(line).collect::<Result<Vec<_>, Failure>>()?;
        let shipping_address = sale.who.address();
        let begun = if let Start::Drafted = sale.start {
            let discount = NewAdjustment {
                kind: AdjustmentKind::Discount,
                title: "Regular customer".to_owned(),
                amount: teller.money(500),
            };
            let draft = NewDraft {
                user_id: teller.person(sale.who)?.id,
                lines,
                adjustments: vec![discount],
                shipping_address,
                note: Some("As agreed by telephone.".to_owned()),
                metadata: [("channel".to_owned(), "telephone".to_owned())].into(),
            };
            let draft = DraftOrder { key: OptionalIdempotencyKey(Some(key)), draft: Body(draft) };
            teller.ask(orders::NAME, DemoActor::Staff, draft).await?
        } else {
            let order = NewOrder {
                lines,
                expected_total: None,
                adjustments: Vec::new(),
                shipping_address,
                note: None,
                metadata: [("channel".to_owned(), "web".to_owned())].into(),
                payment: payment(sale.start),
                language: None,
            };
            teller
                .ask(orders::NAME, sale.who, PlaceOrder { key: IdempotencyKey(key), order: Body(order) })
                .await?
        };
        let Created { body: order, .. } = begun;
        self.order = Some(order.id);
        self.lines = order.lines.iter().map(|line| line.id).collect();
        self.payment = order.payment.map(|payment| payment.id);
        Ok(())
    }

    async fn does(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        sale: &Sale,
        deed: DemoAction,
        key: String,
    ) -> Result<(), Failure> {
        match deed {
            DemoAction::Pay(_)
            | DemoAction::Confirm
            | DemoAction::PaidOffline
            | DemoAction::PlaceDraft(_) => self.is_paid(teller, sale.who, deed, key).await,
            DemoAction::Parcel(_)
            | DemoAction::Pack(_)
            | DemoAction::Ship(_)
            | DemoAction::Deliver(_)
            | DemoAction::Fail(_) => self.travels(teller, sale, deed, key).await,
            DemoAction::Return(_) | DemoAction::Unpack(_) => self.travels(teller, sale, deed, key).await,
            DemoAction::Refund(..) | DemoAction::Settle | DemoAction::Withdraw => {
                self.goes_back(teller, deed, key).await
            }
            DemoAction::Cancel(who, reason, units) => {
                let reason = (!reason.is_empty()).then(|| reason.to_owned());
                let cancellation = Cancellation { reason, lines: self.units(units) };
                let id = Path(self.order()?);
                let cancel = CancelOrder {
                    id,
                    key: IdempotencyKey(key),
                    based_on: IfMatch(None),
                    cancellation: Body(cancellation),
                };
                teller.ask(orders::NAME, who, cancel).await.map(drop)
            }
            DemoAction::Hold(_) | DemoAction::Release | DemoAction::Note(_) => {
                self.is_looked_after(teller, deed).await
            }
        }
    }

    async fn is_paid(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        who: DemoActor,
        deed: DemoAction,
        key: String,
    ) -> Result<(), Failure> {
        let (id, based_on) = (Path(self.order()?), IfMatch(None));
        match deed {
            DemoAction::Pay(method) => {
                let method =
                    Body(PaymentMethod { method: method.to_owned(), capture: CaptureMode::Automatic });
                match teller
                    .may_ask(orders::NAME, who, PayOrder { id, key: IdempotencyKey(key), method })
                    .await?
                {
                    Ok(CreatedWithoutEtag { body, .. }) => self.payment = Some(body.id),
                    Err(CallError::Refused(PayOrderError::PaymentDeclined { .. })) => {}
                    Err(error) => return Err(failed::<PayOrder>(&error)),
                }
            }
            DemoAction::Confirm => {
                let confirm =
                    ConfirmPayment { id: Path(self.payment()?), key: OptionalIdempotencyKey(Some(key)) };
                teller.ask(payments::NAME, who, confirm).await?;
            }
            DemoAction::PlaceDraft(method) => {
                let placing = PlaceDraftRequest {
                    payment: payment(Start::Paid(method)),
                    ..PlaceDraftRequest::default()
                };
                let place = PlaceDraft { id, based_on, placing: Body(placing) };
                teller.ask(orders::NAME, DemoActor::Staff, place).await?;
            }
            _ => {
                let target = Body(OrderTarget { status: TargetStatus::Confirmed, version: None });
                teller.ask(orders::NAME, DemoActor::Staff, SetOrderStatus { id, based_on, target }).await?;
            }
        }
        Ok(())
    }

    async fn travels(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        sale: &Sale,
        deed: DemoAction,
        key: String,
    ) -> Result<(), Failure> {
        let staff = DemoActor::Staff;
        let parcel = |n: usize| self.parcel(n).map(Path);
        match deed {
            DemoAction::Parcel(units) => {
                let fulfilment = NewFulfilment { lines: self.units(units), ..NewFulfilment::default() };
                let id = Path(self.order()?);
                let create = CreateFulfilment { id, key: IdempotencyKey(key), fulfilment: Body(fulfilment) };
                let CreatedWithoutEtag { body, .. } = teller.ask(orders::NAME, staff, create).await?;
                self.parcels.push(body.id);
                return Ok(());
            }
            DemoAction::Pack(n) => {
                let pack = PackFulfilment { id: parcel(n)?, key: OptionalIdempotencyKey(Some(key)) };
                teller.ask(orders::NAME, staff, pack).await
            }
            DemoAction::Ship(n) => {
                let carrier = if sale.who == DemoActor::Jonas { "CTT" } else { "DHL" };
                let shipment = Shipment {
                    carrier: Some(carrier.to_owned()),
                    tracking_number: Some(format!("0034 0434 16{:04} {n:04}", sale.ago % 10_000)),
                    order_version: None,
                };
                let id = parcel(n)?;
                let ship =
                    ShipFulfilment { id, key: OptionalIdempotencyKey(Some(key)), shipment: Body(shipment) };
                teller.ask(orders::NAME, staff, ship).await
            }
            DemoAction::Deliver(n) => {
                let deliver = DeliverFulfilment { id: parcel(n)?, key: OptionalIdempotencyKey(Some(key)) };
                teller.ask(orders::NAME, staff, deliver).await
            }
            DemoAction::Fail(n) => {
                let fail = FailFulfilment { id: parcel(n)?, key: OptionalIdempotencyKey(Some(key)) };
                teller.ask(orders::NAME, staff, fail).await
            }
            DemoAction::Return(n) => {
                let back = ReturnFulfilment { id: parcel(n)?, key: OptionalIdempotencyKey(Some(key)) };
                teller.ask(orders::NAME, staff, back).await
            }
            DemoAction::Unpack(n) => {
                let cancel = CancelFulfilment { id: parcel(n)?, key: OptionalIdempotencyKey(Some(key)) };
                teller.ask(orders::NAME, staff, cancel).await
            }
            _ => return Ok(()),
        }
        .map(drop)
    }

    async fn goes_back(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        deed: DemoAction,
        key: String,
    ) -> Result<(), Failure> {
        let staff = DemoActor::Staff;
        match deed {
            DemoAction::Refund(amount, reason) => {
                let amount = amount.map(|minor| teller.money(minor));
                let refund = NewRefund { amount, reason: Some(reason.to_owned()) };
                let refund =
                    RefundOrder { id: Path(self.order()?), key: IdempotencyKey(key), refund: Body(refund) };
                let CreatedWithoutEtag { body, .. } = teller.ask(orders::NAME, staff, refund).await?;
                self.refund = Some(body.id);
            }
            DemoAction::Withdraw => {
                teller.ask(payments::NAME, staff, WithdrawRefund { id: Path(self.refund()?) }).await?;
            }
            _ => {
                teller.ask(payments::NAME, staff, SettleRefund { id: Path(self.refund()?) }).await?;
            }
        }
        Ok(())
    }

    async fn is_looked_after(
        &mut self,
        teller: &mut ScenarioPlayer<'_>,
        deed: DemoAction,
    ) -> Result<(), Failure> {
        let (id, based_on, staff) = (Path(self.order()?), IfMatch(None), DemoActor::Staff);
        match deed {
            DemoAction::Hold(reason) => {
                let hold = Body(NewHold { reason: reason.to_owned() });
                teller.ask(orders::NAME, staff, HoldOrder { id, based_on, hold }).await.map(drop)
            }
            DemoAction::Release => {
                teller.ask(orders::NAME, staff, ReleaseOrder { id, based_on }).await.map(drop)
            }
            DemoAction::Note(text) => {
                let metadata = [("channel", "web"), ("remark", text)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()));
                let change = OrderChange { metadata: Some(metadata.into()), ..OrderChange::default() };
                teller
                    .ask(orders::NAME, staff, UpdateOrder { id, based_on, change: Body(change) })
                    .await
                    .map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// What an order is paid with as it is placed.
fn payment(start: Start) -> Option<PaymentMethod> {
    let (method, capture) = match start {
        Start::Paid(method) => (method, CaptureMode::Automatic),
        Start::Authorized(method) => (method, CaptureMode::Manual),
        Start::Unpaid | Start::Drafted => return None,
    };
    Some(PaymentMethod { method: method.to_owned(), capture })
}

fn failed<E: Endpoint>(error: &CallError<E::Error>) -> Failure
where
    CallError<E::Error>: std::fmt::Display,
{
    Failure::other(format!("the demo: {}: {error}", E::ROUTE.name))
}
