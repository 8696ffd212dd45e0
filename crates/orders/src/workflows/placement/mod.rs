//! Placing an order, step by step as in `docs/lifecycle.md` ("Placing an order").
//!
//! The ID P(n) of a placement is derived from caller, route, key and n. Stock is reserved under it, and it is the primary key
//! for which the order and its tombstone compete. So two requests with one key need no lock, and reservation reconciliation
//! repairs whatever a process leaves behind that dies at any point.

mod basket;
mod draft;
mod insert;
mod origin;
mod replay;
mod request;
mod reserve;

pub(crate) use basket::place_basket;
pub(crate) use draft::place_draft;
pub(crate) use origin::OrderOrigin;

use crate::{
    Orders,
    order::PricedLines,
    pricing::PricingError,
    store::{self, placements::StoredPlacement},
    workflows::{TRIES, contact::Contact},
};
use contracts::orders::{NewOrder, Order, PlaceOrderError};
use contracts::reservations::{Release, ReleaseRequest, ReservedLine};
use endpoint::{Body, CommonError, Created, FieldError, HandlerError, retry_on_conflict};
use insert::InsertOutcome;
use kernel::{
    id::{PlacementId, UserId},
    retry_scope::run_detached,
};
use ordo_http::Call;
use request::Request;
use reserve::StockReservation;
use std::time::Duration;

/// Maximum rounds from look-up to insert within one request.
const ROUNDS: u32 = 8;
/// Maximum tombstones of one key; after that a client needs a new key.
const TOMBSTONES_MAX: usize = 50;
/// Minimum remaining time to start placing an order.
const TIME_MIN: Duration = Duration::from_millis(50);
/// Timeout of a release that no client waits for.
const RELEASE_WITHIN: Duration = Duration::from_secs(2);

type PlacementReply = Created<Order>;
type PlaceError = HandlerError<PlaceOrderError>;

/// The first undecided P(n), and the tombstones before it.
struct UndecidedPlacement {
    id: PlacementId,
    tombstoned: Vec<PlacementId>,
}

enum PlacementLookup {
    Placed(StoredPlacement),
    Undecided(UndecidedPlacement),
}

/// Places an order of this origin, or returns the order that this key has placed.
pub(crate) async fn place(
    s: &Orders,
    call: &Call,
    new: NewOrder,
    origin: impl Fn(UserId) -> OrderOrigin,
) -> Result<PlacementReply, PlaceError> {
    let request = Request::read(s, call, new, origin)?;
    let mut lost = false;
    for _ in 0..ROUNDS {
        let free = match look_up(s, &request).await? {
            PlacementLookup::Placed(placed) => return replay::replay(s, &request, placed).await,
            PlacementLookup::Undecided(free) => free,
        };
        if let Some(answer) = round(s, &request, &free, &mut lost).await? {
            return Ok(answer);
        }
    }
    Err(CommonError::Unavailable { retry_after: 1 }.into())
}

/// Step 2: look up P(0), P(1), … up to the first that is not tombstoned.
async fn look_up(s: &Orders, request: &Request<'_>) -> Result<PlacementLookup, PlaceError> {
    let mut tombstoned = Vec::new();
    while tombstoned.len() < request.origin.placements() {
        let id = request.origin.placement(tombstoned.len());
        match store::placements::find(&s.db, id).await? {
            None => return Ok(PlacementLookup::Undecided(UndecidedPlacement { id, tombstoned })),
            Some(placement) => match placement.order {
                Some(placed) => return Ok(PlacementLookup::Placed(placed)),
                None => tombstoned.push(id),
            },
        }
    }
    Err(PlaceOrderError::WornOut.into())
}

/// Steps 3 to 5 with one P(n). Returns none if P(n) was decided in the meantime, and must be looked up again. `lost` is set when
/// that was a tombstone of reservation reconciliation; a second time is an error.
async fn round(
    s: &Orders,
    request: &Request<'_>,
    free: &UndecidedPlacement,
    lost: &mut bool,
) -> Result<Option<PlacementReply>, PlaceError> {
    // checked before stock is reserved; a repeat of a placed order does not reach this
    request.check_method(s.settings.payment_methods)?;
    request.check_units(s)?;
    let (reserved, contact) =
        tokio::join!(reserve::reserve(s, request, free), run_detached(find_contact(s, request)));
    let lines = match reserved? {
        StockReservation::Reserved(lines) => lines,
        StockReservation::Gone => {
            write_tombstone(s, free.id).await?;
            return Ok(None);
        }
    };
    let priced = match check(s, request, &lines) {
        Ok(priced) => priced,
        Err(refused) => return abort_placement(s, request, free, refused).await,
    };
    // the stock is reserved already, so only the insert is retried
    let insert = || Box::pin(insert::insert(s, request, free, priced.clone(), contact.clone()));
    match retry_on_conflict(&s.env, insert).await? {
        InsertOutcome::Placed { order_id, answer } => {
            insert::try_initial_payment(s, request, free.id, order_id, *answer).await.map(Some)
        }
        InsertOutcome::LostToOrder => Ok(None),
        // the reservation is for a draft or basket that has changed, or was deleted
        InsertOutcome::Changed => {
            undo_reservation(s, request, free).await?;
            Ok(None)
        }
        InsertOutcome::LostToTombstone if *lost => Err(CommonError::Unavailable { retry_after: 1 }.into()),
        InsertOutcome::LostToTombstone => {
            *lost = true;
            Ok(None)
        }
        InsertOutcome::TooManyUnpaid => {
            let limit = s.settings.unpaid_orders_max;
            abort_placement(s, request, free, PlaceOrderError::TooManyUnpaidOrders { limit }.into()).await
        }
    }
}

/// The contact of the customer, if auth responds in a short time. A draft has had its contact since it was created.
async fn find_contact(s: &Orders, request: &Request<'_>) -> Option<Contact> {
    let known = request.origin.contact();
    if known.is_some() || !request.origin.needs_contact {
        return known;
    }
    let cx = request.call.context.clone().within(s.settings.look_up_within);
    match s.look_up(&cx, request.owner).await {
        Ok(contact) => Some(contact),
        Err(error) => {
            tracing::info!(%error, "customer lookup timed out; placing order without contact");
            None
        }
    }
}

/// The total, unless it differs from the expected total.
fn check(s: &Orders, request: &Request<'_>, reserved: &[ReservedLine]) -> Result<PricedLines, PlaceError> {
    let currency = s.settings.currency;
    let adjustments = request.adjustments.clone();
    let priced = PricedLines::of(&request.lines, reserved, adjustments, currency, request.origin.line_ids(s));
    let priced = priced.map_err(not_priced)?;
    let actual = priced.quote.total();
    if let Some(expected) = request.expected.filter(|expected| *expected != actual) {
        return Err(PlaceOrderError::PriceChanged { expected, actual }.into());
    }
    if request.call.context.left() < TIME_MIN {
        return Err(CommonError::Unavailable { retry_after: 1 }.into());
    }
    Ok(priced)
}

/// The error for an impossible total.
pub(crate) fn not_priced<X>(not: PricingError) -> HandlerError<X> {
    let unfit =
        |fault: FieldError| -> HandlerError<X> { CommonError::Unprocessable { errors: vec![fault] }.into() };
    match not {
        PricingError::TooLarge { pointer } => unfit(FieldError::too_large(pointer, "the total is too large")),
        PricingError::BelowZero => {
            unfit(FieldError::below_zero("/adjustments", "the discounts are more than all the rest"))
        }
        // a response of products that is not valid
        not @ (PricingError::MixedCurrencies(_) | PricingError::NoPrice(_)) => {
            HandlerError::internal(format!("the price cannot be calculated: {not}"))
        }
    }
}

/// If a concurrent request has already inserted the order, returns that order.
async fn abort_placement(
    s: &Orders,
    request: &Request<'_>,
    free: &UndecidedPlacement,
    refused: PlaceError,
) -> Result<Option<PlacementReply>, PlaceError> {
    if undo_reservation(s, request, free).await? { Err(refused) } else { Ok(None) }
}

/// Step 5: writes the tombstone, then releases the stock. False if the placement is an order.
async fn undo_reservation(
    s: &Orders,
    request: &Request<'_>,
    free: &UndecidedPlacement,
) -> Result<bool, PlaceError> {
    if !write_tombstone(s, free.id).await? {
        return Ok(false);
    }
    if request.takes_stock() {
        let release = Release { release: Body(ReleaseRequest { placement_id: free.id }) };
        let cx = request.call.context.clone().within(RELEASE_WITHIN);
        if let Err(error) = s.products.call(&cx, release).await {
            tracing::info!(placement = %free.id, %error, "stock release failed; reconciliation will retry");
        }
    }
    Ok(true)
}

/// Writes a tombstone; false if the placement is an order.
async fn write_tombstone(s: &Orders, id: PlacementId) -> db::Result<bool> {
    s.db.with_retry(TRIES, || try_write_tombstone(s, id)).await
}

async fn try_write_tombstone(s: &Orders, id: PlacementId) -> db::Result<bool> {
    let mut tx = s.db.begin().await?;
    if store::placements::write_tombstone(&mut tx, id, s.env.now()).await? {
        tx.commit("orders.bury_placing").await?;
        return Ok(true);
    }
    let order = store::placements::order_of(&mut tx, id).await?.flatten();
    tx.rollback().await?;
    Ok(order.is_none())
}
