//! What guests have ordered comes into the account that has verified their address, and into no other: once the order is
//! placed auth is asked for such an account, and once an address is verified, for the address. So it is found whichever came
//! first.

use crate::{Orders, store, workflows::kinds};
use contracts::{
    auth::{FindVerifiedAccount, LookUpUser, User, VerifiedAddress},
    settlement::{AssignOrderAccount, OrderAccount},
};
use db::{Result, Tx};
use endpoint::{Body, Context, Json, Path, client::CallError};
use flow::{Cause, ConsumeError, DueTimer, timer};
use kernel::{
    canonical_name::email_key,
    id::{OrderId, UserId},
};

/// Orders that one look finds.
const PIECE: i64 = 100;

impl Orders {
    /// Gives a guest's order to the account that has verified its address, where there is one.
    ///
    /// # Errors
    /// When auth does not answer, or the answer cannot be written down.
    pub(crate) async fn claim(
        &self,
        cx: &Context,
        id: OrderId,
        due: &DueTimer,
    ) -> std::result::Result<(), ConsumeError> {
        let holder = match store::guests::find(&self.db, id).await? {
            Some(email) => {
                let address = Body(VerifiedAddress { email });
                let Json(holder) = self.auth.call(cx, FindVerifiedAccount { address }).await?;
                holder.user_id
            }
            None => None,
        };
        let mut tx = self.db.begin().await?;
        if let Some(account) = holder {
            self.give(&mut tx, id, account).await?;
        }
        timer::done(&mut tx, kinds::CLAIM, due).await?;
        tx.commit("orders.claim_order").await?;
        self.journal.wake();
        self.timers.wake();
        Ok(())
    }

    /// Gives an account all that guests have ordered with its address, if that is verified.
    ///
    /// # Errors
    /// As [`Orders::claim`].
    pub(crate) async fn claim_all(
        &self,
        cx: &Context,
        account: UserId,
        due: &DueTimer,
    ) -> std::result::Result<(), ConsumeError> {
        let user = match self.auth.call(cx, LookUpUser { id: Path(account) }).await {
            Ok(Json(user)) => Some(user).filter(|user: &User| user.active && user.email_verified),
            Err(CallError::Problem(problem)) if problem.status == 404 => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(email) = user.and_then(|user| email_key(&user.email?)) {
            loop {
                let found = store::guests::with_email(&self.db, &email, PIECE).await?;
                for id in &found {
                    let mut tx = self.db.begin().await?;
                    self.give(&mut tx, *id, account).await?;
                    tx.commit("orders.claim_one").await?;
                }
                if found.is_empty() {
                    break;
                }
            }
        }
        let mut tx = self.db.begin().await?;
        timer::done(&mut tx, kinds::CLAIM_ALL, due).await?;
        tx.commit("orders.claim_all").await?;
        self.journal.wake();
        self.timers.wake();
        Ok(())
    }

    /// Tells payments which account has a guest's order.
    ///
    /// # Errors
    /// When payments does not answer, or that cannot be written down.
    pub(crate) async fn assign_account(
        &self,
        cx: &Context,
        id: OrderId,
        due: &DueTimer,
    ) -> std::result::Result<(), ConsumeError> {
        let found = store::orders::find(&self.db, id).await?;
        if let Some((order, _)) = found.filter(|(order, _)| !order.is_unclaimed()) {
            let told = Body(OrderAccount { order_id: id, account_id: order.user_id });
            self.payments.call(cx, AssignOrderAccount { told }).await?;
        }
        let mut tx = self.db.begin().await?;
        timer::done(&mut tx, kinds::TELL_ACCOUNT, due).await?;
        Ok(tx.commit("orders.tell_account").await?)
    }

    /// Gives a guest's order to an account, unless one has it.
    async fn give(&self, tx: &mut Tx, id: OrderId, account: UserId) -> Result<()> {
        if let Some(mut order) = store::orders::lock(tx, id).await?
            && order.is_unclaimed()
        {
            let mut change = self.change(tx, &order).await?;
            let cannot = |_| db::Error::other("the machine has no way to give an order to an account");
            order.claim(account, &mut change).map_err(cannot)?;
            store::orders::set_owner(tx, &order).await?;
            self.save(tx, &order, &change, &Cause::system()).await?;
            let now = tx.now().await?;
            timer::set(tx, kinds::TELL_ACCOUNT, id, now, &()).await?;
            tracing::info!(order = %id, user = %account, "guest order claimed by an account");
        }
        store::guests::delete(tx, id).await
    }
}
