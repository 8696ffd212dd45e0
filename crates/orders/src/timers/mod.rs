//! What is done at its time, one file for each kind of timer.

mod assign_account;
mod claim_guest_order;
mod claim_guest_orders;
mod close_payment;
mod delete_basket;
mod expire_unpaid;
mod fetch_contact;
mod initial_payment;
mod restore_payment;
mod sync_amount_due;

use crate::{Orders, workflows::kinds};
use endpoint::Context;
use flow::{ConsumeError, DueTimer, Timer, handler::handler};
use kernel::id::{Id, IdKind};
use std::time::Duration;

/// The longest that the work of one timer may wait for others: a provider's time-out is among it. A timer's lease is two seconds
/// longer (`flow::timer`).
const WITHIN: Duration = Duration::from_secs(13);

/// All kinds of this service.
pub(crate) fn kinds(s: &Orders) -> Vec<Timer> {
    vec![
        timer(s, kinds::DUE, expire_unpaid::expire_unpaid),
        timer(s, kinds::CLOSE, close_payment::close_payment),
        timer(s, kinds::PAY, initial_payment::initial_payment),
        timer(s, kinds::SETTLE_OWED, sync_amount_due::sync_amount_due),
        timer(s, kinds::RESTORE_PAYMENT, restore_payment::restore_payment),
        timer(s, kinds::CLAIM, claim_guest_order::claim_guest_order),
        timer(s, kinds::CLAIM_ALL, claim_guest_orders::claim_guest_orders),
        timer(s, kinds::TELL_ACCOUNT, assign_account::assign_account),
        timer(s, kinds::CONTACT, fetch_contact::fetch_contact),
        timer(s, kinds::FORGET_BASKET, delete_basket::delete_basket),
    ]
}

fn timer<K, F, Fut>(s: &Orders, kind: &'static str, work: F) -> Timer
where
    K: IdKind + 'static,
    F: Fn(Orders, Context, Id<K>, DueTimer) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ConsumeError>> + Send + 'static,
{
    let s = s.clone();
    let run = move |due: DueTimer| {
        let s = s.clone();
        async move {
            let id = due.key.parse().map_err(|e| ConsumeError::Permanent(format!("{}: {e}", due.key)))?;
            let context = Context::background(&s.env, WITHIN);
            work(s, context, id, due).await
        }
    };
    Timer { kind, run: handler(run) }
}
