//! What a guest has placed comes into an account.

use super::{ChangeSet, Order};
use crate::transition::order::{OrderTrigger, TransitionNotAllowed};
use kernel::id::UserId;

impl Order {
    /// Whether no account has it: a guest has placed it.
    pub(crate) fn is_unclaimed(&self) -> bool {
        self.guest_id == Some(self.user_id)
    }

    /// It is this account's from now on. The guest has it still.
    ///
    /// # Errors
    /// Where it is no order yet.
    pub(crate) fn claim(
        &mut self,
        account: UserId,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        self.step(change, OrderTrigger::Claimed, |order| order.user_id = account)
    }
}
