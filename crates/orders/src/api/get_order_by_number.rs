//! `GET /v1/orders/by-number/{number}`: an order by the number that people know it by, to its owner and to staff.

use crate::{Orders, workflows::access};
use contracts::orders::{GetOrderByNumber, OrderNumber};
use endpoint::{Conditional, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_order_by_number(
    s: Orders,
    call: Call,
    asked: GetOrderByNumber,
) -> HandlerResult<GetOrderByNumber> {
    let GetOrderByNumber { number: Path(OrderNumber(number)), known } = asked;
    let (order, person) = access::visible_with_number(&s, &call, number).await?;
    let view = access::shown(&call, &order, &person);
    Ok(Conditional::unless_shown(&known, &[order.version], view))
}
