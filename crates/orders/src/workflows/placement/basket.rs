//! Placing a basket: the same steps, with the basket's lines for those of the request and its id in the place of the key.

use super::{PlacementLookup, PlacementReply, ROUNDS, look_up, replay, request::Request, round};
use crate::{
    Orders,
    basket::Basket,
    store::{self, placements::StoredPlacement},
    workflows::baskets,
};
use contracts::orders::{BasketStatus, PlaceBasketError, PlaceBasketRequest, PlaceOrderError};
use endpoint::{CommonError, HandlerError, IfMatch, etag};
use flow::idempotency::ANSWER_KEPT;
use kernel::{
    Secret, Timestamp,
    id::{BasketId, UserId},
};
use ordo_http::Call;

type Error = HandlerError<PlaceBasketError>;

/// Places a basket, or returns the order that it became if the request is repeated. The response for a guest contains the order
/// key while responses are stored, so that a lost response does not lock the guest out.
pub(crate) async fn place_basket(
    s: &Orders,
    call: &Call,
    id: BasketId,
    based_on: &IfMatch,
    placing: &PlaceBasketRequest,
) -> Result<PlacementReply, Error> {
    let mut answer = place(s, call, id, based_on, placing).await?;
    answer.body.order_key = key(s, answer.body.guest_id, answer.body.created_at);
    Ok(answer)
}

/// What opens the order of this guest that was placed then.
fn key(s: &Orders, guest: Option<UserId>, placed_at: Timestamp) -> Option<Secret> {
    let is_fresh = s.env.now().since(placed_at) < ANSWER_KEPT;
    guest.filter(|_| is_fresh).map(|guest| s.order_keys.of(guest))
}

/// The error for a request that differs from the one that placed the basket. It names the order, so that a client that lost the
/// response finds it.
async fn placed_otherwise(s: &Orders, placed: &StoredPlacement) -> Result<PlaceBasketError, Error> {
    let guest = store::orders::find(&s.db, placed.order_id).await?.and_then(|(order, _)| order.guest_id);
    let order_key = key(s, guest, placed.created_at);
    Ok(PlaceBasketError::BasketClosed {
        status: BasketStatus::Placed,
        order_id: Some(placed.order_id),
        order_key,
    })
}

async fn place(
    s: &Orders,
    call: &Call,
    id: BasketId,
    based_on: &IfMatch,
    placing: &PlaceBasketRequest,
) -> Result<PlacementReply, Error> {
    let mut lost = false;
    for _ in 0..ROUNDS {
        // each time as it is now: it may have been changed or placed in the meantime
        let basket = baskets::visible(s, call, id).await?;
        check(based_on, &basket)?;
        let refused = refusal(&basket);
        let request = Request::of_basket(s, call, basket, placing).map_err(failed)?;
        let free = match (look_up(s, &request).await.map_err(failed)?, refused) {
            (PlacementLookup::Placed(placed), _) if placed.body_hash != request.body_hash => {
                return Err(placed_otherwise(s, &placed).await?.into());
            }
            (PlacementLookup::Placed(placed), _) => {
                return replay::replay(s, &request, placed).await.map_err(failed);
            }
            (PlacementLookup::Undecided(_), Some(refused)) => return Err(refused.into()),
            (PlacementLookup::Undecided(free), None) => free,
        };
        if let Some(answer) = round(s, &request, &free, &mut lost).await.map_err(failed)? {
            return Ok(answer);
        }
    }
    Err(CommonError::Unavailable { retry_after: 1 }.into())
}

/// Checks that the basket is the expected version. A repeat can name the version before the placement or the current one: placing
/// adds one version, and none follows.
fn check(based_on: &IfMatch, basket: &Basket) -> Result<(), CommonError> {
    let now = based_on.allows(&etag::of(&[basket.version]));
    now.or_else(|not| based_on.allows(&etag::of(&[basket.version_placed()])).map_err(|_| not))
}

fn refusal(basket: &Basket) -> Option<PlaceBasketError> {
    match basket.status {
        BasketStatus::Open if basket.lines.is_empty() => Some(PlaceBasketError::BasketEmpty),
        BasketStatus::Open => None,
        status => Some(PlaceBasketError::BasketClosed { status, order_id: None, order_key: None }),
    }
}

fn failed(not_placed: HandlerError<PlaceOrderError>) -> Error {
    HandlerError::Declared(match not_placed {
        HandlerError::Declared(PlaceOrderError::InsufficientStock { errors }) => {
            PlaceBasketError::InsufficientStock { errors }
        }
        HandlerError::Declared(PlaceOrderError::NotOnSale { errors }) => {
            PlaceBasketError::NotOnSale { errors }
        }
        HandlerError::Declared(PlaceOrderError::PriceChanged { expected, actual }) => {
            PlaceBasketError::PriceChanged { expected, actual }
        }
        HandlerError::Declared(PlaceOrderError::TooManyUnpaidOrders { limit }) => {
            PlaceBasketError::TooManyUnpaidOrders { limit }
        }
        HandlerError::Declared(PlaceOrderError::UnknownPaymentMethod { errors }) => {
            PlaceBasketError::UnknownPaymentMethod { errors }
        }
        HandlerError::Declared(PlaceOrderError::WornOut) => PlaceBasketError::WornOut,
        HandlerError::Common(common) => return common.into(),
        HandlerError::Internal(error) => return HandlerError::Internal(error),
    })
}
