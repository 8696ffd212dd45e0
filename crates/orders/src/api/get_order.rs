//! `GET /v1/orders/{id}`: an order, to its owner and to staff.

use crate::{Orders, workflows::access};
use contracts::orders::GetOrder;
use endpoint::{Conditional, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_order(s: Orders, call: Call, asked: GetOrder) -> HandlerResult<GetOrder> {
    let GetOrder { id: Path(id), known } = asked;
    let (order, person) = access::visible(&s, &call, id).await?;
    let view = access::shown(&call, &order, &person);
    // staff are shown more of it than its owner, and who holds which permission may do more
    Ok(Conditional::unless_shown(&known, &[order.version], view))
}
