//! Step 4: the one transaction that makes the order.

use super::{Answer, Failed, Free, request::Request};
use crate::{
    Orders,
    order::{Order, Person, Placing, Priced},
    store::{self, placements::Placed},
    transition::order::NotAllowed,
    work::{
        HEAD_START,
        contacting::Contact,
        kinds,
        placing::replay,
        wishing::{Wish, answer, created},
    },
};
use db::{Error, ErrorKind, Tx};
use flow::{Cause, timer};
use kernel::id::{OrderId, PlacementId};

pub(super) enum Inserted {
    Placed { order_id: OrderId, answer: Box<Answer> },
    LostToOrder,
    LostToTombstone,
    TooManyUnpaid,
}

pub(super) async fn insert(
    s: &Orders,
    request: &Request<'_>,
    free: &Free,
    priced: Priced,
    contact: Option<Contact>,
) -> Result<Inserted, Failed> {
    let order_id = s.env.id();
    let wish = request.wish(free.id, priced.total);
    let mut tx = s.db.begin().await?;
    store::orders::one_at_a_time(&mut tx, request.caller).await?;
    let (unpaid, is_short) = store::orders::look_round(&mut tx, request.caller, free.id).await?;
    let placing = Placing {
        id: order_id,
        number: store::orders::next_number(&mut tx).await?,
        placement_id: free.id,
        user_id: request.caller,
        lines: priced.lines,
        adjustments: request.adjustments.clone(),
        total: priced.total,
        metadata: request.new.metadata.clone(),
        is_short,
    };
    let placed = Order::place(placing, request.now, s.settings.payment_due);
    let (order, change) = placed
        .map_err(|NotAllowed| Error::new(ErrorKind::Other, "the machine has no way to place an order"))?;
    let kept = if wish.is_none() { answer(&order, request.viewer) } else { None };
    let lost = contend(&mut tx, request, free, &order, kept).await?;
    // the order of this key may be the one that fills the measure: so the limit comes second
    let refused =
        lost.or((unpaid >= i64::from(s.settings.unpaid_orders_max)).then_some(Inserted::TooManyUnpaid));
    if let Some(refused) = refused {
        tx.rollback().await?;
        return Ok(refused);
    }
    let person = person(request, contact.as_ref());
    store::orders::insert(&mut tx, &order).await?;
    store::persons::insert(&mut tx, order_id, &person).await?;
    let cause = Cause::request(request.caller, &request.call.context);
    s.record(&mut tx, &order, &change, &cause).await?;
    set_timers(s, &mut tx, request, order_id, wish.as_ref(), contact.is_none()).await?;
    // an error here is an unknown outcome (R8): nobody compensates on it
    tx.commit("orders.place_order").await?;
    s.wake(&change);
    tracing::info!(order = %order_id, number = order.number, placement = %free.id, "an order was placed");
    Ok(Inserted::Placed { order_id, answer: Box::new(created(order.view(&person, request.viewer))) })
}

/// Makes the placing this order's; what came of it where somebody else was faster.
async fn contend(
    tx: &mut Tx,
    request: &Request<'_>,
    free: &Free,
    order: &Order,
    answer: Option<String>,
) -> db::Result<Option<Inserted>> {
    let placed = Placed {
        placement_id: free.id,
        order_id: order.id,
        body_hash: request.body_hash.to_vec(),
        answer,
        created_at: request.now,
    };
    if !store::placements::insert(tx, &placed, request.caller).await? {
        return Ok(Some(match store::placements::order_of(tx, free.id).await?.flatten() {
            Some(_) => Inserted::LostToOrder,
            None => Inserted::LostToTombstone,
        }));
    }
    // the look-up has seen them so, and a tombstone is final; the rule is held here all the same
    let dead = free.dead.is_empty() || store::placements::are_dead(tx, &free.dead).await?;
    Ok(if dead { None } else { Some(Inserted::LostToOrder) })
}

fn person(request: &Request<'_>, contact: Option<&Contact>) -> Person {
    let (email, name) = contact.cloned().unwrap_or_default();
    Person {
        email,
        name,
        address: request.new.shipping_address.clone(),
        note: request.new.note.clone(),
        remarks: Vec::new(),
    }
}

async fn set_timers(
    s: &Orders,
    tx: &mut Tx,
    request: &Request<'_>,
    order: OrderId,
    wish: Option<&Wish>,
    nameless: bool,
) -> db::Result<()> {
    if let Some(wish) = wish {
        timer::set(tx, kinds::PAY, order, s.env.now().plus(HEAD_START), wish).await?;
    }
    if nameless {
        timer::set(tx, kinds::CONTACT, order, request.now, &()).await?;
    }
    Ok(())
}

/// Carries the wish to pay out within the request; without an outcome the order is answered as it is.
pub(super) async fn pay_at_once(
    s: &Orders,
    request: &Request<'_>,
    placement: PlacementId,
    order: OrderId,
    answer: Answer,
) -> Result<Answer, Failed> {
    let Some(wish) = request.wish(placement, answer.body.total) else { return Ok(answer) };
    replay::answer_of_wish(s, request, order, &wish).await.map(|paid| paid.unwrap_or(answer))
}
