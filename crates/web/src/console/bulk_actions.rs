//! Bulk actions on selected orders: each order is packed by itself, and one that cannot be packed does not affect the others.

use super::{
    components::ActionError,
    order::packing::pack_all,
    orders::{
        self, PATH, SHOWN,
        picks::{DEED, PackOutcome, SLIPS, picked, slips_of},
        places,
    },
};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
    texts::{self as t, console as c},
};
use contracts::orders::{GetOrder, Order, OrderStatus};
use endpoint::{Conditional, IfNoneMatch, Path, Permission, http::StatusCode};
use futures_util::stream::{self, StreamExt};
use kernel::id::OrderId;

/// Orders packed at a time, which leaves capacity for other requests.
const AT_ONCE: usize = 4;
/// The most bytes of the list's address and the outcome in the cookie; without its page or its filters, the address is short.
const CARRIED_MAX: usize = 2400;

/// The outcome of one order.
enum PackResult {
    Packed,
    NotPacked(String, Option<i64>),
    Unknown(Option<i64>),
}
/// `POST /console/orders/pack`: what is left to pack of each order goes into one parcel, with a key made of the form's and the order's,
/// so that a form that is sent again packs nothing more.
pub(crate) async fn pack(visit: RequestContext) -> Result<PageResponse, PageError> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let picked = picked(&visit.form);
    if picked.is_empty() || picked.len() > usize::from(SHOWN) {
        let trouble = ActionError::said(
            StatusCode::UNPROCESSABLE_ENTITY,
            c::PICK_FIRST.text(),
            c::PICK_FIRST_MORE.text(),
        );
        return orders::list(&visit, &staff, Some(&trouble)).await;
    }
    match visit.form.text("do") {
        DEED => Ok(told(&visit, &pack_each(&visit, picked).await?)),
        // redirected from the form with the checkboxes, because the secret of a form must not be in an address
        SLIPS => Ok(PageResponse::redirect(slips_of(&places(&visit).1, &picked))),
        _ => Err(PageError::NotFound),
    }
}

async fn pack_each(visit: &RequestContext, picked: Vec<OrderId>) -> Result<PackOutcome, PageError> {
    let key = visit.form_key();
    let each = picked.into_iter().map(|id| {
        let (visit, key) = (visit.clone(), format!("{key}-{id}"));
        async move { (id, one(&visit, id, &key).await) }
    });
    let all: Vec<_> = stream::iter(each).buffered(AT_ONCE).collect().await;
    let (mut outcome, mut stopped) = (PackOutcome::default(), None);
    for (id, became) in all {
        match became {
            Ok(PackResult::Packed) => outcome.packed.push(id),
            Ok(PackResult::NotPacked(why, number)) => outcome.add(why, (number, id)),
            Ok(PackResult::Unknown(number)) => outcome.not_known.push((number, id)),
            Err(stop) => {
                outcome.add(stopped_by(&stop), (None, id));
                stopped.get_or_insert(stop);
            }
        }
    }
    match stopped {
        Some(stop) if outcome.packed.is_empty() && outcome.not_known.is_empty() => Err(stop),
        // what was packed is reported in any case
        _ => Ok(outcome),
    }
}

fn stopped_by(stop: &PageError) -> String {
    let why = match stop {
        PageError::Conflict(why) => return why.clone(),
        PageError::SignIn => c::NOT_SIGNED_IN.text(),
        PageError::Forbidden => t::NOT_ALLOWED.text(),
        PageError::NotFound => c::PICKED_IS_GONE.text(),
        PageError::RateLimited(_) => t::TOO_OFTEN.text(),
        PageError::Unavailable => t::NOT_REACHED.text(),
    };
    why.to_owned()
}

/// Packs one order, or returns why not, with the order's number.
async fn one(visit: &RequestContext, id: OrderId, key: &str) -> Result<PackResult, PageError> {
    let trouble = match pack_all(visit, id, key).await {
        Ok(Ok(())) => return Ok(PackResult::Packed),
        Ok(Err(trouble)) => trouble,
        Err(PageError::NotFound) => return Ok(PackResult::NotPacked(c::PICKED_IS_GONE.into(), None)),
        Err(stop) => return Err(stop),
    };
    let known = IfNoneMatch(None);
    let order = match visit.web.needs.orders.call(&visit.cx, GetOrder { id: Path(id), known }).await {
        Ok(Conditional::New { body, .. }) => Some(body),
        _ => None,
    };
    let number = order.as_ref().map(|order| order.number);
    Ok(if trouble.may_be_done {
        PackResult::Unknown(number)
    } else {
        PackResult::NotPacked(why(&trouble, order.as_ref()), number)
    })
}

/// The reason in the words of the order's page.
fn why(trouble: &ActionError, order: Option<&Order>) -> String {
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

/// Redirects to the list, on the page with the form.
fn told(visit: &RequestContext, outcome: &PackOutcome) -> PageResponse {
    let (list, page) = places(visit);
    let exactly = serde_json::to_string(outcome).unwrap_or_default();
    let fits = |place: &String| place.len() + exactly.len() < CARRIED_MAX;
    let place = [page, list].into_iter().find(fits).unwrap_or_else(|| PATH.to_owned());
    let mark = if place.contains('?') { '&' } else { '?' };
    PageResponse::RedirectWithFlash { path: format!("{place}{mark}done={DEED}"), exactly }
}
