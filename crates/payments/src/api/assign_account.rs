//! Notes which account has an order that a guest has placed.

use crate::{Payments, store::accounts};
use contracts::settlement::{AssignOrderAccount, OrderAccount};
use endpoint::{Body, NoContent};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn assign_account(
    s: Payments,
    _: Call,
    AssignOrderAccount { told: Body(OrderAccount { order_id, account_id }) }: AssignOrderAccount,
) -> HandlerResult<AssignOrderAccount> {
    let mut tx = s.db.begin().await?;
    accounts::put(&mut tx, order_id, account_id).await?;
    tx.commit("payments.tell_account").await?;
    Ok(NoContent)
}
