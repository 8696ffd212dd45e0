//! Notes which account has an order that a guest has placed.

use crate::{Payments, store::accounts};
use contracts::settlement::{OrderOfAccount, TellAccount};
use endpoint::{Body, Done};
use ordo_http::{Answered, Call};

pub(crate) async fn tell_account(
    s: Payments,
    _: Call,
    TellAccount { told: Body(OrderOfAccount { order_id, account_id }) }: TellAccount,
) -> Answered<TellAccount> {
    let mut tx = s.db.begin().await?;
    accounts::put(&mut tx, order_id, account_id).await?;
    tx.commit("payments.tell_account").await?;
    Ok(Done)
}
