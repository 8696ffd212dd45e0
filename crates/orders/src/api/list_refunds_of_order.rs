//! `GET /v1/orders/{id}/refunds`: the refunds of an order, as payments has them.

use crate::{Orders, work::access};
use contracts::{orders::ListRefundsOfOrder, settlement::ListRefundsFor};
use endpoint::{Common, Fault, Path, client::CallError};
use ordo_http::{Answered, Call};

pub(super) async fn list_refunds_of_order(
    s: Orders,
    call: Call,
    asked: ListRefundsOfOrder,
) -> Answered<ListRefundsOfOrder> {
    let ListRefundsOfOrder { id: Path(id), slice } = asked;
    access::visible(&s, &call, id).await?;
    let list = ListRefundsFor { id: Path(id), slice };
    s.payments.call(&call.context, list).await.map_err(|error| match error {
        // payments has sealed the cursor, and knows it
        CallError::Problem(problem) if problem.status == 400 => {
            let fault = Fault::invalid("?cursor", "send a next_cursor of this list, with the same filters");
            Common::InvalidRequest { errors: vec![fault] }.into()
        }
        error => error.into(),
    })
}
