//! Step 4: the transaction that inserts the order.

use super::{PlaceError, PlacementReply, UndecidedPlacement, request::Request};
use crate::{
    Orders,
    order::{ChangeSet, Order, PersonalData, PlacementData, PricedLines},
    store::{self, placements::StoredPlacement},
    transition::order::{OrderState, TransitionNotAllowed},
    workflows::{
        contact::Contact,
        initial_payment::{InitialPayment, answer, created},
        kinds,
        placement::replay,
    },
};
use db::{Error, ErrorKind, Tx};
use flow::{Cause, timer};
use kernel::id::{OrderId, PlacementId};

pub(super) enum InsertOutcome {
    Placed {
        order_id: OrderId,
        answer: Box<PlacementReply>,
    },
    LostToOrder,
    LostToTombstone,
    TooManyUnpaid,
    /// The draft or basket was changed, placed or deleted since it was read.
    Changed,
}

pub(super) async fn insert(
    s: &Orders,
    request: &Request<'_>,
    free: &UndecidedPlacement,
    priced: PricedLines,
    contact: Option<Contact>,
) -> Result<InsertOutcome, PlaceError> {
    let wish = request.wish(free.id, priced.quote.total());
    let mut tx = s.db.begin().await?;
    let Some(NewOrderRows { order, change, too_many }) = make(s, &mut tx, request, free, priced).await?
    else {
        tx.rollback().await?;
        return Ok(InsertOutcome::Changed);
    };
    let kept = if wish.is_none() { answer(&order, request.viewer) } else { None };
    let lost = contend(&mut tx, request, free, &order, kept).await?;
    // the order of this key may be the one that reaches the limit, so the limit is checked second
    let refused = lost.or(too_many.then_some(InsertOutcome::TooManyUnpaid));
    if let Some(refused) = refused {
        tx.rollback().await?;
        return Ok(refused);
    }
    let is_nameless = contact.is_none() && request.origin.needs_contact;
    let person = write(s, &mut tx, request, &order, &change, contact).await?;
    let cause = Cause::request(request.caller, &request.call.context);
    s.record(&mut tx, &order, &change, &cause).await?;
    set_timers(s, &mut tx, request, order.id, wish.as_ref(), is_nameless).await?;
    // an error here is an unknown outcome (R8): nothing is compensated
    tx.commit("orders.place_order").await?;
    s.wake(&change);
    if request.origin.guest.is_some() {
        s.timers.wake();
    }
    tracing::info!(order = %order.id, number = order.number, placement = %free.id, "order placed");
    Ok(InsertOutcome::Placed {
        order_id: order.id,
        answer: Box::new(created(request.shown(&order, &person))),
    })
}

/// The rows of the new order.
struct NewOrderRows {
    order: Order,
    change: ChangeSet,
    /// The customer has reached the limit of unpaid orders.
    too_many: bool,
}

/// Inserts the order; none if the draft or basket that was read has changed or is gone.
async fn make(
    s: &Orders,
    tx: &mut Tx,
    request: &Request<'_>,
    free: &UndecidedPlacement,
    priced: PricedLines,
) -> db::Result<Option<NewOrderRows>> {
    let cannot = |TransitionNotAllowed: TransitionNotAllowed| {
        Error::new(ErrorKind::Other, "the machine has no way to place an order")
    };
    if let Some(draft) = &request.origin.draft {
        store::stock::keep_still(tx, &request.products()).await?;
        let locked = store::orders::lock(tx, draft.id).await?;
        let is_as_read = |order: &Order| order.state == OrderState::Draft && order.version == draft.version;
        let Some(mut order) = locked.filter(is_as_read) else { return Ok(None) };
        // the limit applies to orders that customers place themselves
        let (_, is_short) = store::orders::look_round(tx, request.owner, free.id).await?;
        let mut change = s.change(tx, &order).await?;
        order.place_draft(free.id, priced, is_short, &mut change).map_err(cannot)?;
        return Ok(Some(NewOrderRows { order, change, too_many: false }));
    }
    store::orders::one_at_a_time(tx, request.owner).await?;
    if !is_as_read(s, tx, request).await? {
        return Ok(None);
    }
    store::stock::keep_still(tx, &request.products()).await?;
    let (unpaid, is_short) = store::orders::look_round(tx, request.owner, free.id).await?;
    let placing = PlacementData {
        id: s.env.derived_id(s.order_keys.id_source(request.id_source())),
        number: store::orders::next_number(tx).await?,
        placement_id: Some(free.id),
        user_id: request.owner,
        guest_id: request.origin.guest.as_ref().map(|_| request.owner),
        priced,
        metadata: request.metadata.clone(),
        is_short,
    };
    let payment_due = request.origin.payment_due;
    let (order, change) = Order::place(placing, tx.now().await?, payment_due).map_err(cannot)?;
    let too_many = payment_due.is_some() && unpaid >= i64::from(s.settings.unpaid_orders_max);
    Ok(Some(NewOrderRows { order, change, too_many }))
}

/// Locks the basket; whether it is unchanged since it was read.
async fn is_as_read(s: &Orders, tx: &mut Tx, request: &Request<'_>) -> db::Result<bool> {
    let Some(basket) = &request.origin.basket else { return Ok(true) };
    let locked = store::baskets::lock(tx, basket.id, s.settings.currency).await?;
    Ok(locked.is_some_and(|locked| locked.version == basket.version))
}

/// Inserts the rows of the order; returns its personal data.
async fn write(
    s: &Orders,
    tx: &mut Tx,
    request: &Request<'_>,
    order: &Order,
    change: &ChangeSet,
    contact: Option<Contact>,
) -> db::Result<PersonalData> {
    let mut person = request.person.clone();
    if let Some(Contact { email, name, language }) = contact {
        (person.email, person.name, person.language) = (email, name, language);
    }
    person.language = request.language.or(person.language);
    if request.origin.draft.is_some() {
        store::orders::set_contents(tx, order).await?;
        store::orders::update(tx, order, change.from_version).await?;
        if let Some(language) = request.language {
            store::personal_data::set_language(tx, order.id, language).await?;
        }
        return Ok(person);
    }
    store::orders::insert(tx, order).await?;
    store::personal_data::insert(tx, order.id, &person).await?;
    if let Some(guest) = &request.origin.guest {
        store::guests::insert(tx, order.id, &guest.email_key).await?;
    }
    if let Some(basket) = &request.origin.basket {
        let mut placed = (**basket).clone();
        placed.become_order(order.id, request.origin.guest.is_none().then_some(request.owner));
        placed.changed(tx.now().await?, s.settings.basket_kept);
        store::baskets::update(tx, basket, &placed).await?;
    }
    Ok(person)
}

/// Binds the placement to this order; returns the outcome if a concurrent request has decided it.
async fn contend(
    tx: &mut Tx,
    request: &Request<'_>,
    free: &UndecidedPlacement,
    order: &Order,
    answer: Option<String>,
) -> db::Result<Option<InsertOutcome>> {
    let placed = StoredPlacement {
        placement_id: free.id,
        order_id: order.id,
        body_hash: request.body_hash.to_vec(),
        answer,
        created_at: request.now,
    };
    if !store::placements::insert(tx, &placed, request.caller, order).await? {
        return Ok(Some(match store::placements::order_of(tx, free.id).await?.flatten() {
            Some(_) => InsertOutcome::LostToOrder,
            None => InsertOutcome::LostToTombstone,
        }));
    }
    // the look-up has seen these tombstones, and a tombstone is final; checked again all the same
    let tombstoned = free.tombstoned.is_empty() || store::placements::are_dead(tx, &free.tombstoned).await?;
    Ok(if tombstoned { None } else { Some(InsertOutcome::LostToOrder) })
}

async fn set_timers(
    s: &Orders,
    tx: &mut Tx,
    request: &Request<'_>,
    order: OrderId,
    wish: Option<&InitialPayment>,
    is_nameless: bool,
) -> db::Result<()> {
    let now = tx.now().await?;
    if let Some(wish) = wish {
        timer::set(tx, kinds::PAY, order, now.plus(s.longest_request), wish).await?;
    }
    if is_nameless {
        timer::set(tx, kinds::CONTACT, order, now, &()).await?;
    }
    if request.origin.guest.is_some() {
        timer::set(tx, kinds::CLAIM, order, now, &()).await?;
    }
    Ok(())
}

/// Executes the initial payment within the request; without an outcome the order is returned as it is.
pub(super) async fn try_initial_payment(
    s: &Orders,
    request: &Request<'_>,
    placement: PlacementId,
    order: OrderId,
    answer: PlacementReply,
) -> Result<PlacementReply, PlaceError> {
    let Some(wish) = request.wish(placement, answer.body.total) else { return Ok(answer) };
    replay::answer_of_wish(s, request, order, &wish).await.map(|paid| paid.unwrap_or(answer))
}
