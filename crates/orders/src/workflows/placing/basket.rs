//! Placing a basket: the same steps, with the basket's lines for those of the request and its id in the place of the key.

use super::{Answer, Found, ROUNDS, Round, look_up, replay, request::Request, round};
use crate::{
    Orders,
    basket::Basket,
    store::{self, placements::Placed},
    workflows::filling,
};
use contracts::orders::{BasketPlacing, BasketStatus, PlaceBasketError, PlaceOrderError};
use endpoint::{Common, Fail, IfMatch, etag};
use flow::idempotency::ANSWER_KEPT;
use kernel::{
    Secret, Timestamp,
    id::{BasketId, UserId},
};
use ordo_http::Call;

type Failed = Fail<PlaceBasketError>;

/// Places a basket, or answers the order that it became to whoever asks the same again. Of a guest's the answer has its key,
/// as long as answers are kept: one that was lost must not lock its guest out.
pub(crate) async fn place_basket(
    s: &Orders,
    call: &Call,
    id: BasketId,
    based_on: &IfMatch,
    placing: &BasketPlacing,
) -> Result<Answer, Failed> {
    let mut answer = place(s, call, id, based_on, placing).await?;
    answer.body.order_key = key(s, answer.body.guest_id, answer.body.created_at);
    Ok(answer)
}

/// What opens the order of this guest that was placed then.
fn key(s: &Orders, guest: Option<UserId>, placed_at: Timestamp) -> Option<Secret> {
    let is_fresh = s.env.now().since(placed_at) < ANSWER_KEPT;
    guest.filter(|_| is_fresh).map(|guest| s.order_keys.of(guest))
}

/// What somebody is told who asks otherwise than the basket was placed: nothing of that would be done. The order is named,
/// so that whoever has lost the answer, and fills in the form anew, finds it.
async fn placed_otherwise(s: &Orders, placed: &Placed) -> Result<PlaceBasketError, Failed> {
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
    placing: &BasketPlacing,
) -> Result<Answer, Failed> {
    let mut lost = false;
    for _ in 0..ROUNDS {
        // each time as it is now: it may have been changed or placed meanwhile
        let basket = filling::visible(s, call, id).await?;
        check(based_on, &basket)?;
        let refused = refusal(&basket);
        let request = Request::of_basket(s, call, basket, placing).map_err(failed)?;
        let free = match (look_up(s, &request).await.map_err(failed)?, refused) {
            (Found::Placed(placed), _) if placed.body_hash != request.body_hash => {
                return Err(placed_otherwise(s, &placed).await?.into());
            }
            (Found::Placed(placed), _) => return replay::replay(s, &request, placed).await.map_err(failed),
            (Found::Free(_), Some(refused)) => return Err(refused.into()),
            (Found::Free(free), None) => free,
        };
        match round(s, &request, &free).await.map_err(failed)? {
            Round::Placed(answer) => return Ok(*answer),
            Round::LostToTombstone if lost => break,
            Round::LostToTombstone => lost = true,
            Round::Again => {}
        }
    }
    Err(Common::Unavailable { retry_after: 1 }.into())
}

/// Whether the basket is what shall be ordered. To whoever asks again what it was when it was placed is as good as what it
/// is now: placing has made one version more, and nothing comes after it.
fn check(based_on: &IfMatch, basket: &Basket) -> Result<(), Common> {
    let now = based_on.allows(&etag::of(&[basket.version]));
    now.or_else(|not| based_on.allows(&etag::of(&[version_placed(basket)])).map_err(|_| not))
}

/// The version that is placed, or was.
pub(super) fn version_placed(basket: &Basket) -> i64 {
    if basket.status == BasketStatus::Placed { basket.version - 1 } else { basket.version }
}

fn refusal(basket: &Basket) -> Option<PlaceBasketError> {
    match basket.status {
        BasketStatus::Open if basket.lines.is_empty() => Some(PlaceBasketError::BasketEmpty),
        BasketStatus::Open => None,
        status => Some(PlaceBasketError::BasketClosed { status, order_id: None, order_key: None }),
    }
}

fn failed(not_placed: Fail<PlaceOrderError>) -> Failed {
    Fail::Refused(match not_placed {
        Fail::Refused(PlaceOrderError::InsufficientStock { errors }) => {
            PlaceBasketError::InsufficientStock { errors }
        }
        Fail::Refused(PlaceOrderError::NotOnSale { errors }) => PlaceBasketError::NotOnSale { errors },
        Fail::Refused(PlaceOrderError::PriceChanged { expected, actual }) => {
            PlaceBasketError::PriceChanged { expected, actual }
        }
        Fail::Refused(PlaceOrderError::TooManyUnpaidOrders { limit }) => {
            PlaceBasketError::TooManyUnpaidOrders { limit }
        }
        Fail::Refused(PlaceOrderError::UnknownPaymentMethod { errors }) => {
            PlaceBasketError::UnknownPaymentMethod { errors }
        }
        Fail::Refused(PlaceOrderError::WornOut) => PlaceBasketError::WornOut,
        Fail::Common(common) => return common.into(),
        Fail::Broken(error) => return Fail::Broken(error),
    })
}
