//! Placing a draft: the same steps, with the draft in the place of the request and its id in the place of the key.

use super::{Answer, Found, ROUNDS, Round, look_up, replay, request::Request, round};
use crate::{
    Orders,
    order::Order,
    transition::order::State,
    workflows::{access, refusal::Refusal, targeting::Based},
};
use contracts::{
    events::EventType,
    orders::{DraftPlacing, Order as View, PlaceDraftError, PlaceOrderError},
};
use endpoint::{Common, Fail, Tagged};
use kernel::id::OrderId;
use ordo_http::Call;

type Failed = Fail<PlaceDraftError>;

/// A draft is rarely changed more often than this.
const EVENTS_AT_ONCE: i64 = 100;

/// Places a draft, or answers the order that it became.
pub(crate) async fn place_draft(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: Based,
    placing: DraftPlacing,
) -> Result<Tagged<View>, Failed> {
    let mut lost = false;
    for _ in 0..ROUNDS {
        // each time as it is now: it may have been changed, placed or deleted meanwhile
        let (order, person) = access::visible(s, call, id).await?;
        check(s, &based, &order).await?;
        let refused = (order.state != State::Draft).then(|| illegal(call, &order));
        let request = Request::of_draft(s, call, (order, person), &placing).map_err(failed)?;
        let free = match (look_up(s, &request).await.map_err(failed)?, refused) {
            (Found::Placed(placed), _) => {
                return replay::replay(s, &request, placed).await.map(tagged).map_err(failed);
            }
            (Found::Free(_), Some(refused)) => return Err(refused.into()),
            (Found::Free(free), None) => free,
        };
        match round(s, &request, &free).await.map_err(failed)? {
            Round::Placed(answer) => return Ok(tagged(*answer)),
            Round::LostToTombstone if lost => break,
            Round::LostToTombstone => lost = true,
            Round::Again => {}
        }
    }
    Err(Common::Unavailable { retry_after: 1 }.into())
}

/// Whether the draft is what shall be placed. To whoever asks again what it was when it was placed is as good as what it is
/// now.
async fn check(s: &Orders, based: &Based, order: &Order) -> Result<(), Failed> {
    let Err(not) = based.check(order) else { return Ok(()) };
    if order.state != State::Draft
        && let Some(placed) = placed_at(s, order.id).await?
        && based.check(&Order { version: placed - 1, ..order.clone() }).is_ok()
    {
        return Ok(());
    }
    Err(conflict(not))
}

/// The version that placing has made of a draft.
async fn placed_at(s: &Orders, id: OrderId) -> Result<Option<i64>, Failed> {
    let mut after = 0;
    loop {
        let events = s.journal.history(id, after, EVENTS_AT_ONCE).await?;
        if let Some(placed) = events.iter().find(|event| event.kind == EventType::OrderPlaced) {
            return Ok(Some(placed.version()));
        }
        match events.last() {
            Some(last) => after = last.version(),
            None => return Ok(None),
        }
    }
}

fn tagged(Answer { etag: tag, body, .. }: Answer) -> Tagged<View> {
    Tagged { etag: tag, body }
}

fn illegal(call: &Call, order: &Order) -> PlaceDraftError {
    PlaceDraftError::IllegalTransition { status: order.state.status(), allowed: access::allowed(call, order) }
}

fn conflict(not_as_read: Fail<Refusal>) -> Failed {
    match not_as_read {
        Fail::Refused(Refusal::VersionConflict { current_version }) => {
            PlaceDraftError::VersionConflict { current_version }.into()
        }
        Fail::Refused(other) => Fail::broken(format!("a version is refused by {other:?}")),
        Fail::Common(common) => common.into(),
        Fail::Broken(error) => Fail::Broken(error),
    }
}

fn failed(not_placed: Fail<PlaceOrderError>) -> Failed {
    Fail::Refused(match not_placed {
        Fail::Refused(PlaceOrderError::InsufficientStock { errors }) => {
            PlaceDraftError::InsufficientStock { errors }
        }
        Fail::Refused(PlaceOrderError::NotOnSale { errors }) => PlaceDraftError::NotOnSale { errors },
        Fail::Refused(PlaceOrderError::PriceChanged { expected, actual }) => {
            PlaceDraftError::PriceChanged { expected, actual }
        }
        Fail::Refused(PlaceOrderError::UnknownPaymentMethod { errors }) => {
            PlaceDraftError::UnknownPaymentMethod { errors }
        }
        Fail::Refused(PlaceOrderError::WornOut) => PlaceDraftError::WornOut,
        Fail::Refused(other @ PlaceOrderError::TooManyUnpaidOrders { .. }) => {
            return Fail::broken(format!("a draft is refused by {other:?}"));
        }
        Fail::Common(common) => return common.into(),
        Fail::Broken(error) => return Fail::Broken(error),
    })
}
