//! Placing a draft: the same steps, with the draft in the place of the request and its id in the place of the key.

use super::{PlacementLookup, PlacementReply, ROUNDS, look_up, replay, request::Request, round};
use crate::{
    Orders,
    order::Order,
    transition::order::OrderState,
    workflows::{access, base_version::BaseVersion, errors::OrderError},
};
use contracts::{
    events::EventType,
    orders::{Order as View, PlaceDraftError, PlaceDraftRequest, PlaceOrderError},
};
use endpoint::{CommonError, HandlerError, WithEtag};
use kernel::id::OrderId;
use ordo_http::Call;

type Error = HandlerError<PlaceDraftError>;

/// A draft is rarely changed more often than this.
const EVENTS_AT_ONCE: i64 = 100;

/// Places a draft, or answers the order that it became.
pub(crate) async fn place_draft(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: BaseVersion,
    placing: PlaceDraftRequest,
) -> Result<WithEtag<View>, Error> {
    let mut lost = false;
    for _ in 0..ROUNDS {
        // each time as it is now: it may have been changed, placed or deleted in the meantime
        let (order, person) = access::visible(s, call, id).await?;
        check(s, &based, &order).await?;
        let refused = (order.state != OrderState::Draft).then(|| illegal(call, &order));
        let request = Request::of_draft(s, call, (order, person), &placing).map_err(failed)?;
        let free = match (look_up(s, &request).await.map_err(failed)?, refused) {
            (PlacementLookup::Placed(placed), _) => {
                return replay::replay(s, &request, placed).await.map(tagged).map_err(failed);
            }
            (PlacementLookup::Undecided(_), Some(refused)) => return Err(refused.into()),
            (PlacementLookup::Undecided(free), None) => free,
        };
        if let Some(answer) = round(s, &request, &free, &mut lost).await.map_err(failed)? {
            return Ok(tagged(answer));
        }
    }
    Err(CommonError::Unavailable { retry_after: 1 }.into())
}

/// Checks that the draft is the expected version. A repeat can name the version before the placement or the current one.
async fn check(s: &Orders, based: &BaseVersion, order: &Order) -> Result<(), Error> {
    let Err(not) = based.check(order) else { return Ok(()) };
    if order.state != OrderState::Draft
        && let Some(placed) = placed_at(s, order.id).await?
        && based.check(&Order { version: placed - 1, ..order.clone() }).is_ok()
    {
        return Ok(());
    }
    Err(conflict(not))
}

/// The version that placement has made of a draft.
async fn placed_at(s: &Orders, id: OrderId) -> Result<Option<i64>, Error> {
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

fn tagged(PlacementReply { etag: tag, body, .. }: PlacementReply) -> WithEtag<View> {
    WithEtag { etag: tag, body }
}

fn illegal(call: &Call, order: &Order) -> PlaceDraftError {
    PlaceDraftError::IllegalTransition { status: order.state.status(), allowed: access::allowed(call, order) }
}

fn conflict(not_as_read: HandlerError<OrderError>) -> Error {
    match not_as_read {
        HandlerError::Declared(OrderError::VersionConflict { current_version }) => {
            PlaceDraftError::VersionConflict { current_version }.into()
        }
        HandlerError::Declared(other) => HandlerError::internal(format!("a version is refused by {other:?}")),
        HandlerError::Common(common) => common.into(),
        HandlerError::Internal(error) => HandlerError::Internal(error),
    }
}

fn failed(not_placed: HandlerError<PlaceOrderError>) -> Error {
    HandlerError::Declared(match not_placed {
        HandlerError::Declared(PlaceOrderError::InsufficientStock { errors }) => {
            PlaceDraftError::InsufficientStock { errors }
        }
        HandlerError::Declared(PlaceOrderError::NotOnSale { errors }) => {
            PlaceDraftError::NotOnSale { errors }
        }
        HandlerError::Declared(PlaceOrderError::PriceChanged { expected, actual }) => {
            PlaceDraftError::PriceChanged { expected, actual }
        }
        HandlerError::Declared(PlaceOrderError::UnknownPaymentMethod { errors }) => {
            PlaceDraftError::UnknownPaymentMethod { errors }
        }
        HandlerError::Declared(PlaceOrderError::WornOut) => PlaceDraftError::WornOut,
        HandlerError::Declared(other @ PlaceOrderError::TooManyUnpaidOrders { .. }) => {
            return HandlerError::internal(format!("a draft is refused by {other:?}"));
        }
        HandlerError::Common(common) => return common.into(),
        HandlerError::Internal(error) => return HandlerError::Internal(error),
    })
}
