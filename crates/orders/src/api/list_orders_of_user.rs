//! `GET /v1/orders/user/{user_id}`: a user's orders, to the user and to staff.

use super::list_orders::list;
use crate::{Orders, order::Viewer, workflows::access::viewer};
use contracts::orders::{ListOrdersOfUser, OrderSelection};
use endpoint::{CommonError, Json, Path, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn list_orders_of_user(
    s: Orders,
    call: Call,
    asked: ListOrdersOfUser,
) -> HandlerResult<ListOrdersOfUser> {
    let ListOrdersOfUser { user_id: Path(user), filter: Query(filter), slice } = asked;
    if viewer(&call) == Viewer::Customer && call.user()? != user {
        return Err(CommonError::NotFound.into());
    }
    let selection = OrderSelection { user_id: Some(user), ..OrderSelection::default() };
    list(&s, &call, filter, selection, &slice).await.map(Json)
}
