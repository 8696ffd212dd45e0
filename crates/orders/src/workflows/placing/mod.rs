//! Placing an order, as `docs/lifecycle.md` ("Placing an order") has it, step by step.
//!
//! The placing's id P(n) comes from caller, route, key and n. It is the name under which stock is reserved, and
//! the primary key for which the order and its tombstone contend. So two requests with one key need no lock, and
//! a process that dies anywhere leaves nothing behind that the question about the placing's fate does not mend.

mod basket;
mod draft;
mod insert;
mod replay;
mod request;
mod reserve;

pub(crate) use basket::place_basket;
pub(crate) use draft::place_draft;

use crate::{
    Orders,
    order::{NotPriced, Priced, price},
    store::{self, placements::Placed},
    workflows::{TRIES, contacting::Contact},
};
use contracts::orders::{NewOrder, Order, PlaceOrderError};
use contracts::reservations::{Release, ReleaseRequest, ReservedLine};
use endpoint::{Body, Common, Created, Fail, Fault, repeat};
use insert::Inserted;
use kernel::{attempt::beside, id::PlacementId};
use ordo_http::Call;
use request::Request;
use reserve::Reservation;
use std::time::Duration;

/// Rounds from the look-up to the insert within one request.
const ROUNDS: u32 = 8;
/// Tombstones that one key can leave behind it; a client that goes on like this needs a new key.
const TOMBSTONES_MAX: usize = 50;
/// With less time left than this, an order is not begun.
const TIME_MIN: Duration = Duration::from_millis(50);
/// How long releasing may take that nobody waits for.
const RELEASE_WITHIN: Duration = Duration::from_secs(2);

type Answer = Created<Order>;
type Failed = Fail<PlaceOrderError>;

/// P(n) which nobody has decided yet, and the tombstones before it.
struct Free {
    id: PlacementId,
    dead: Vec<PlacementId>,
}

enum Found {
    Placed(Placed),
    Free(Free),
}

/// How a round ended that brought no answer.
enum Round {
    /// Look up again: P(n) was decided meanwhile.
    Again,
    /// The same, for the tombstone of a question that was faster than the insert.
    LostToTombstone,
    Placed(Box<Answer>),
}

/// On which terms an order is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terms {
    /// It is paid in time or expires, and an account has a limited number of such orders.
    Usual,
    /// It waits for ever, and so may any number.
    Open,
}

/// Places an order, or answers the one that this key has placed.
pub(crate) async fn place(
    s: &Orders,
    call: &Call,
    key: &str,
    new: NewOrder,
    terms: Terms,
) -> Result<Answer, Failed> {
    let request = Request { terms, ..Request::read(s, call, key, new)? };
    let mut lost = false;
    for _ in 0..ROUNDS {
        let free = match look_up(s, &request).await? {
            Found::Placed(placed) => return replay::replay(s, &request, placed).await,
            Found::Free(free) => free,
        };
        match round(s, &request, &free).await? {
            Round::Placed(answer) => return Ok(*answer),
            Round::LostToTombstone if lost => break,
            Round::LostToTombstone => lost = true,
            Round::Again => {}
        }
    }
    Err(Common::Unavailable { retry_after: 1 }.into())
}

/// Step 2: P(0), P(1), … up to the first that is no tombstone.
async fn look_up(s: &Orders, request: &Request<'_>) -> Result<Found, Failed> {
    let mut dead = Vec::new();
    while dead.len() < request.placements() {
        let id = request.placement(dead.len());
        match store::placements::find(&s.db, id).await? {
            None => return Ok(Found::Free(Free { id, dead })),
            Some(placement) => match placement.order {
                Some(placed) => return Ok(Found::Placed(placed)),
                None => dead.push(id),
            },
        }
    }
    Err(PlaceOrderError::WornOut.into())
}

/// Steps 3 to 5 with one P(n).
async fn round(s: &Orders, request: &Request<'_>, free: &Free) -> Result<Round, Failed> {
    // before anything is reserved; a repeat of what was placed does not come here
    request.check_method(s.settings.payment_methods)?;
    request.check_units(s)?;
    let (reserved, contact) = tokio::join!(reserve::reserve(s, request, free), beside(who(s, request)));
    let lines = match reserved? {
        Reservation::Reserved(lines) => lines,
        Reservation::Gone => {
            bury(s, free.id).await?;
            return Ok(Round::Again);
        }
    };
    let priced = match check(s, request, &lines) {
        Ok(priced) => priced,
        Err(refused) => return give_up(s, request, free, refused).await,
    };
    // the stock is reserved by now, so that only this much begins again
    let insert = || Box::pin(insert::insert(s, request, free, priced.clone(), contact.clone()));
    match repeat(&s.env, insert).await? {
        Inserted::Placed { order_id, answer } => {
            let answer = insert::pay_at_once(s, request, free.id, order_id, *answer).await?;
            Ok(Round::Placed(Box::new(answer)))
        }
        Inserted::LostToOrder => Ok(Round::Again),
        // what was reserved is for another draft or basket than there is now, or for one that is gone
        Inserted::Changed => {
            withdraw(s, request, free).await?;
            Ok(Round::Again)
        }
        Inserted::LostToTombstone => Ok(Round::LostToTombstone),
        Inserted::TooManyUnpaid => {
            let limit = s.settings.unpaid_orders_max;
            give_up(s, request, free, PlaceOrderError::TooManyUnpaidOrders { limit }.into()).await
        }
    }
}

/// Who orders, as far as auth says so in a short time. Of a draft it was asked when that was made.
async fn who(s: &Orders, request: &Request<'_>) -> Option<Contact> {
    if request.is_draft() {
        return None;
    }
    if let Some(guest) = &request.guest {
        return Some(Contact { email: Some(guest.email.clone()), ..Contact::default() });
    }
    let cx = request.call.context.clone().within(s.settings.look_up_within);
    match s.look_up(&cx, request.owner).await {
        Ok(contact) => Some(contact),
        Err(error) => {
            tracing::info!(%error, "an order is placed before auth has named the person");
            None
        }
    }
}

/// What it comes to, unless that is not what the customer expects.
fn check(s: &Orders, request: &Request<'_>, reserved: &[ReservedLine]) -> Result<Priced, Failed> {
    let currency = s.settings.currency;
    let priced = price(&request.lines, reserved, &request.adjustments, currency, request.line_ids(s));
    let priced = priced.map_err(not_priced)?;
    if let Some(expected) = request.expected.filter(|expected| *expected != priced.total) {
        return Err(PlaceOrderError::PriceChanged { expected, actual: priced.total }.into());
    }
    if request.call.context.left() < TIME_MIN {
        return Err(Common::Unavailable { retry_after: 1 }.into());
    }
    Ok(priced)
}

/// Why a total cannot be.
pub(crate) fn not_priced<X>(not: NotPriced) -> Fail<X> {
    let unfit = |fault: Fault| -> Fail<X> { Common::Unprocessable { errors: vec![fault] }.into() };
    match not {
        NotPriced::TooLarge { pointer } => unfit(Fault::too_large(pointer, "the total is too large")),
        NotPriced::BelowZero => {
            unfit(Fault::below_zero("/adjustments", "the discounts are more than all the rest"))
        }
        NotPriced::Unexpected(why) => Fail::broken(why),
    }
}

/// Where an order was faster, that one is the answer.
async fn give_up(s: &Orders, request: &Request<'_>, free: &Free, refused: Failed) -> Result<Round, Failed> {
    if withdraw(s, request, free).await? { Err(refused) } else { Ok(Round::Again) }
}

/// Step 5: first the tombstone, then the release. False when the placing is an order.
async fn withdraw(s: &Orders, request: &Request<'_>, free: &Free) -> Result<bool, Failed> {
    if !bury(s, free.id).await? {
        return Ok(false);
    }
    if request.takes_stock() {
        let release = Release { release: Body(ReleaseRequest { placement_id: free.id }) };
        let cx = request.call.context.clone().within(RELEASE_WITHIN);
        if let Err(error) = s.products.call(&cx, release).await {
            tracing::info!(placement = %free.id, %error, "a placing that was given up is left to the question");
        }
    }
    Ok(true)
}

/// Writes a tombstone; false when the placing is an order.
async fn bury(s: &Orders, id: PlacementId) -> db::Result<bool> {
    s.db.with_retry(TRIES, || bury_once(s, id)).await
}

async fn bury_once(s: &Orders, id: PlacementId) -> db::Result<bool> {
    let mut tx = s.db.begin().await?;
    if store::placements::bury(&mut tx, id, s.env.now()).await? {
        tx.commit("orders.bury_placing").await?;
        return Ok(true);
    }
    let order = store::placements::order_of(&mut tx, id).await?.flatten();
    tx.rollback().await?;
    Ok(order.is_none())
}
