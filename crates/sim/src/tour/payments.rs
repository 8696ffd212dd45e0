//! Paying orders, taking and giving back money.

use super::{
    accounts::TourClients,
    goods::{TourProducts, euros},
    orders::{get, method, order_of, placed},
    synthetic_errors,
    tour_client::{TourClient, TourResult},
};
use contracts::{
    orders::{
        ListRefundsOfOrder, Order, OrderTarget, PayOrder, PaymentMethod, RefundOrder, SetOrderStatus,
        TargetStatus,
    },
    payments::*,
};
use endpoint::{
    Body, Conditional, CreatedWithoutEtag, IdempotencyKey, IfMatch, Json, OptionalIdempotencyKey, PageParams,
    Path, Raw, http::HeaderMap,
};
use kernel::id::{OrderId, PaymentId};

fn pay(id: OrderId, key: &str, method: PaymentMethod) -> PayOrder {
    PayOrder { id: Path(id), key: IdempotencyKey(key.to_owned()), method: Body(method) }
}
fn automatic(token: &str) -> PaymentMethod {
    method(token, CaptureMode::Automatic)
}
fn manual() -> PaymentMethod {
    method("sim_ok", CaptureMode::Manual)
}
fn webhook(provider: &str, webhook: Raw) -> ReceivePaymentWebhook {
    ReceivePaymentWebhook { provider: Path(provider.to_owned()), webhook }
}
fn confirm(id: PaymentId, key: &str) -> ConfirmPayment {
    ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(Some(key.to_owned())) }
}
pub(super) fn void(id: PaymentId, key: &str) -> VoidPayment {
    VoidPayment { id: Path(id), key: IdempotencyKey(key.to_owned()) }
}

/// The order's payment, which must be there.
pub(super) async fn payment_of(who: &TourClient, order: &Order) -> TourResult<PaymentId> {
    let payment = match who.does(get(order.id)).await? {
        Conditional::New { body, .. } => body.payment.map(|payment| payment.id),
        Conditional::NotModified { .. } => None,
    };
    payment.ok_or_else(|| super::UnexpectedResponse(format!("{} has no payment", order.id)))
}

pub(super) async fn go(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let captured = paying(people, goods).await?;
    authorizations(people, goods).await?;
    refunds(people, &captured).await?;
    withdrawing(people, goods).await?;
    handing_over(people, goods).await
}

async fn paying(people: &TourClients, goods: &TourProducts) -> TourResult<Order> {
    let TourClients { nobody, admin, ada, grace, .. } = people;
    let order = placed(ada, "basket-70", &order_of(goods.teapot, 2, None)).await?;
    ada.is_refused("unknown_payment_method", pay(order.id, "pay-70-a", automatic("no_such_token"))).await?;
    ada.is_refused("payment_declined", pay(order.id, "pay-70-b", automatic("sim_declined"))).await?;
    grace.is_refused("not_found", pay(order.id, "pay-70-c", automatic("sim_ok"))).await?;
    nobody.is_refused("unauthenticated", pay(order.id, "pay-70-d", automatic("sim_ok"))).await?;
    ada.pauses().await;
    ada.shows("A card that is good", pay(order.id, "pay-70", automatic("sim_ok"))).await?;
    ada.is_refused("key_reused", pay(order.id, "pay-70", automatic("sim_declined"))).await?;
    ada.pauses().await;
    ada.is_refused("already_paid", pay(order.id, "pay-70-e", automatic("sim_ok"))).await?;

    let second = placed(ada, "basket-71", &order_of(goods.teapot, 1, None)).await?;
    let action = pay(second.id, "pay-71", automatic("sim_requires_action"));
    let CreatedWithoutEtag { body: payment, .. } =
        ada.shows("The customer has to do something first", action).await?;
    // the customer could pay in another way, and end this one
    admin.is_refused("payment_in_progress", pay(second.id, "pay-71-b", automatic("sim_ok"))).await?;
    ada.shows("What the customer has to do", GetPayment { id: Path(payment.id) }).await?;
    ada.shows("The customer has done it", confirm(payment.id, "confirm-71")).await?;
    ada.pauses().await;
    grace.is_refused("not_found", GetPayment { id: Path(payment.id) }).await?;

    let third = placed(ada, "basket-72", &order_of(goods.teapot, 1, None)).await?;
    ada.pauses().await;
    for n in 1..=20 {
        let declined = pay(third.id, &format!("pay-72-{n}"), automatic("sim_declined"));
        ada.is_refused("payment_declined", declined).await?;
    }
    ada.is_refused("too_many_attempts", pay(third.id, "pay-72", automatic("sim_ok"))).await?;
    ada.pauses().await;

    let fourth = placed(ada, "basket-73", &order_of(goods.teapot, 1, None)).await?;
    ada.does(pay(fourth.id, "pay-73", automatic("sim_webhook_late"))).await?;
    // an attempt that waits for the customer would give way to it; this one waits for the provider
    let target = OrderTarget { status: TargetStatus::Confirmed, version: None };
    let in_cash = SetOrderStatus { id: Path(fourth.id), based_on: IfMatch(None), target: Body(target) };
    admin.at_once_is_refused("payment_in_progress", in_cash).await?;
    ada.pauses().await;
    let good = nobody.webhook("evt_73", "another shop's operation");
    let unsigned = Raw { headers: HeaderMap::new(), ..good.clone() };
    nobody.is_refused("webhook_not_verified", webhook("simulator", unsigned)).await?;
    nobody.is_refused("not_found", webhook("no-such-provider", good.clone())).await?;
    nobody.shows("Of the simulated provider", webhook("simulator", good)).await?;
    Ok(order)
}

/// Money that is authorized first and captured later, or voided.
async fn authorizations(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let order = placed(ada, "basket-80", &order_of(goods.teapot, 1, None)).await?;
    let authorized = pay(order.id, "pay-80", manual());
    let CreatedWithoutEtag { body: payment, .. } =
        ada.shows("The money is authorized, and captured when it ships", authorized).await?;
    admin.pauses().await;
    let capture = |key: &str| CapturePayment { id: Path(payment.id), key: IdempotencyKey(key.to_owned()) };
    ada.is_refused("forbidden", capture("capture-80-a")).await?;
    admin.shows("The money is captured", capture("capture-80")).await?;
    admin.is_refused("illegal_payment_transition", void(payment.id, "void-80")).await?;
    let other = placed(ada, "basket-81", &order_of(goods.teapot, 1, Some(manual()))).await?;
    let payment = payment_of(ada, &other).await?;
    admin.shows("The authorization is voided", void(payment, "void-81")).await?;
    admin.pauses().await;
    let capture = CapturePayment { id: Path(payment), key: IdempotencyKey("capture-81".to_owned()) };
    admin.is_refused("illegal_payment_transition", capture).await?;
    ada.is_refused("illegal_payment_transition", confirm(payment, "confirm-81")).await?;
    let Json(read) = ada.does(GetPayment { id: Path(payment) }).await?;
    synthetic_errors::unknown_charges(ada, &read).await?;
    synthetic_errors::declined(ada, read)?;
    let stubborn = Some(method("sim_void_refused", CaptureMode::Manual));
    let third = placed(ada, "basket-82", &order_of(goods.teapot, 1, stubborn)).await?;
    let payment = payment_of(ada, &third).await?;
    admin.is_refused("void_refused", void(payment, "void-82")).await
}

async fn refunds(people: &TourClients, order: &Order) -> TourResult<()> {
    let TourClients { admin, ada, grace, .. } = people;
    let new = |minor| NewRefund { amount: Some(euros(minor)), reason: Some("A crack in the lid".to_owned()) };
    let of_order = |key: &str, refund: NewRefund| RefundOrder {
        id: Path(order.id),
        key: IdempotencyKey(key.to_owned()),
        refund: Body(refund),
    };
    admin.shows("Some of the money", of_order("refund-70-a", new(500))).await?;
    admin.is_refused("refund_exceeds_captured", of_order("refund-70-b", new(1_000_000))).await?;
    ada.is_refused("forbidden", of_order("refund-70-c", new(500))).await?;
    let payment = payment_of(ada, order).await?;
    let of_payment = |key: &str, refund: NewRefund| RefundPayment {
        id: Path(payment),
        key: IdempotencyKey(key.to_owned()),
        refund: Body(refund),
    };
    let CreatedWithoutEtag { body: refund, .. } =
        admin.shows("Some of the money", of_payment("refund-70-d", new(300))).await?;
    admin.is_refused("refund_exceeds_captured", of_payment("refund-70-e", new(1_000_000))).await?;
    admin.is_refused("key_reused", of_payment("refund-70-d", new(301))).await?;
    admin.pauses().await;
    ada.shows("A refund that has gone out", GetRefund { id: Path(refund.id) }).await?;
    grace.is_refused("not_found", GetRefund { id: Path(refund.id) }).await?;
    let of_order =
        || ListRefundsOfOrder { id: Path(order.id), slice: PageParams { limit: Some(1), cursor: None } };
    ada.shows("The first refund of an order", of_order()).await?;
    grace.is_refused("not_found", of_order()).await?;
    ada.shows("All refunds", ListRefunds { id: Path(payment), slice: PageParams::default() }).await?;
    ada.shows("A payment that was taken, and given back in part", GetPayment { id: Path(payment) }).await?;
    Ok(())
}

/// A refund that the provider refuses at first, and that staff give up.
async fn withdrawing(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let order =
        placed(ada, "basket-83", &order_of(goods.teapot, 1, Some(automatic("sim_refund_refused")))).await?;
    let refund = |key: &str| RefundOrder {
        id: Path(order.id),
        key: IdempotencyKey(key.to_owned()),
        refund: Body(NewRefund { amount: Some(euros(500)), reason: None }),
    };
    let CreatedWithoutEtag { body: refused, .. } = admin.does(refund("refund-83-a")).await?;
    let withdraw = |id| WithdrawRefund { id: Path(id) };
    admin.shows("It has not gone out yet", withdraw(refused.id)).await?;
    let CreatedWithoutEtag { body: gone, .. } = admin.does(refund("refund-83-b")).await?;
    admin.pauses().await;
    admin.is_refused("illegal_refund_transition", withdraw(gone.id)).await?;
    ada.is_refused("forbidden", withdraw(gone.id)).await
}

/// Money that was paid offline is handed back by people, who say so.
async fn handing_over(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let order = placed(ada, "basket-84", &order_of(goods.teapot, 1, None)).await?;
    admin.does(pay(order.id, "pay-84", automatic("offline"))).await?;
    let CreatedWithoutEtag { body: refund, .. } = admin
        .does(RefundOrder {
            id: Path(order.id),
            key: IdempotencyKey("refund-84".to_owned()),
            refund: Body(NewRefund { amount: Some(euros(500)), reason: None }),
        })
        .await?;
    let settle = |id| SettleRefund { id: Path(id) };
    ada.is_refused("forbidden", settle(refund.id)).await?;
    admin.shows("It was handed over", settle(refund.id)).await?;
    let through_provider =
        placed(ada, "basket-85", &order_of(goods.teapot, 1, Some(automatic("sim_ok")))).await?;
    let CreatedWithoutEtag { body: gone, .. } = admin
        .does(RefundOrder {
            id: Path(through_provider.id),
            key: IdempotencyKey("refund-85".to_owned()),
            refund: Body(NewRefund { amount: Some(euros(500)), reason: None }),
        })
        .await?;
    admin.is_refused("not_handed_over", settle(gone.id)).await
}
