//! What a guest has placed comes into an account.

use super::{Change, Order};
use crate::transition::order::{NotAllowed, Trigger};
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
    pub(crate) fn claim(&mut self, account: UserId, change: &mut Change) -> Result<(), NotAllowed> {
        self.step(change, Trigger::Claimed, |order| order.user_id = account)
    }
}
