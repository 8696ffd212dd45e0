//! Orders that are picked in their list: each is packed by itself, and what cannot be packed keeps nothing else back.

use super::{
    order::packing::pack_all,
    orders::{
        self, PATH, SHOWN,
        picks::{DEED, Outcome, SLIPS, picked, slips_of},
        places,
    },
    parts::Trouble,
};
use crate::{
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{self as t, console as c},
};
use contracts::orders::{GetOrder, Order, OrderStatus};
use endpoint::{Conditional, IfNoneMatch, Path, Permission, http::StatusCode};
use futures_util::stream::{self, StreamExt};
use kernel::id::OrderId;

/// So many orders are packed at a time: whoever packs leaves room for what others do.
const AT_ONCE: usize = 4;
/// A cookie carries no more of the list's address and of what is said there: without its page, or its filters, the address is short.
const CARRIED_MAX: usize = 2400;

/// What became of one of them.
enum Became {
    Packed,
    Not(String, Option<i64>),
    NotKnown(Option<i64>),
}
/// `POST /console/orders/pack`: all that is left to pack of each order goes into one parcel, under a key that is the form's and the
/// order's: sent again, the form packs nothing more.
pub(crate) async fn pack(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let picked = picked(&visit.form);
    if picked.is_empty() || picked.len() > usize::from(SHOWN) {
        let trouble =
            Trouble::said(StatusCode::UNPROCESSABLE_ENTITY, c::PICK_FIRST.say(), c::PICK_FIRST_MORE.say());
        return orders::list(&visit, &staff, Some(&trouble)).await;
    }
    match visit.form.text("do") {
        DEED => Ok(told(&visit, &pack_each(&visit, picked).await?)),
        // by way of the form that has the boxes, as what a form keeps secret has no place in an address
        SLIPS => Ok(Shown::there(slips_of(&places(&visit).1, &picked))),
        _ => Err(Stop::NotFound),
    }
}

async fn pack_each(visit: &Visit, picked: Vec<OrderId>) -> Result<Outcome, Stop> {
    let key = visit.form_key();
    let each = picked.into_iter().map(|id| {
        let (visit, key) = (visit.clone(), format!("{key}-{id}"));
        async move { (id, one(&visit, id, &key).await) }
    });
    let all: Vec<_> = stream::iter(each).buffered(AT_ONCE).collect().await;
    let (mut outcome, mut stopped) = (Outcome::default(), None);
    for (id, became) in all {
        match became {
            Ok(Became::Packed) => outcome.packed.push(id),
            Ok(Became::Not(why, number)) => outcome.add(why, (number, id)),
            Ok(Became::NotKnown(number)) => outcome.not_known.push((number, id)),
            Err(stop) => {
                outcome.add(stopped_by(&stop), (None, id));
                stopped.get_or_insert(stop);
            }
        }
    }
    match stopped {
        Some(stop) if outcome.packed.is_empty() && outcome.not_known.is_empty() => Err(stop),
        // of what was packed, before it or after, it is told all the same
        _ => Ok(outcome),
    }
}

fn stopped_by(stop: &Stop) -> String {
    let why = match stop {
        Stop::Conflict(why) => return why.clone(),
        Stop::SignIn => c::NOT_SIGNED_IN.say(),
        Stop::Forbidden => t::NOT_ALLOWED.say(),
        Stop::NotFound => c::PICKED_IS_GONE.say(),
        Stop::TooOften(_) => t::TOO_OFTEN.say(),
        Stop::Unavailable => t::NOT_REACHED.say(),
    };
    why.to_owned()
}

/// Packs one of them; or why not, with the number that people know it by.
async fn one(visit: &Visit, id: OrderId, key: &str) -> Result<Became, Stop> {
    let trouble = match pack_all(visit, id, key).await {
        Ok(Ok(())) => return Ok(Became::Packed),
        Ok(Err(trouble)) => trouble,
        Err(Stop::NotFound) => return Ok(Became::Not(c::PICKED_IS_GONE.into(), None)),
        Err(stop) => return Err(stop),
    };
    let known = IfNoneMatch(None);
    let order = match visit.web.needs.orders.call(&visit.cx, GetOrder { id: Path(id), known }).await {
        Ok(Conditional::New { body, .. }) => Some(body),
        _ => None,
    };
    let number = order.as_ref().map(|order| order.number);
    Ok(if trouble.may_be_done {
        Became::NotKnown(number)
    } else {
        Became::Not(why(&trouble, order.as_ref()), number)
    })
}

/// In the words of the order's page.
fn why(trouble: &Trouble, order: Option<&Order>) -> String {
    let order = order.filter(|_| trouble.status == StatusCode::CONFLICT);
    match order.map(|order| (order.status, order.holds.is_empty())) {
        Some((OrderStatus::Pending, _)) => c::PACKED_ONCE_PAID.into(),
        Some((OrderStatus::Draft, _)) => c::PACKED_ONCE_PLACED.into(),
        Some((OrderStatus::Cancelling | OrderStatus::Cancelled | OrderStatus::Expired, _)) => {
            c::IS_CALLED_OFF.into()
        }
        Some((OrderStatus::Completed, _)) => c::NOTHING_LEFT_TO_PACK.into(),
        Some((OrderStatus::Confirmed, false)) => c::PARCELS_WAIT.into(),
        _ => trouble.briefly(),
    }
}

/// Back to the list, on the page that the form stood on.
fn told(visit: &Visit, outcome: &Outcome) -> Shown {
    let (list, page) = places(visit);
    let exactly = serde_json::to_string(outcome).unwrap_or_default();
    let fits = |place: &String| place.len() + exactly.len() < CARRIED_MAX;
    let place = [page, list].into_iter().find(fits).unwrap_or_else(|| PATH.to_owned());
    let mark = if place.contains('?') { '&' } else { '?' };
    Shown::Done { path: format!("{place}{mark}done={DEED}"), exactly }
}
