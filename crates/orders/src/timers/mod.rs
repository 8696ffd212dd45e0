//! What is done at its time, one file for each kind of timer.

mod claim;
mod claim_all;
mod close;
mod contact;
mod due;
mod forget_basket;
mod pay;
mod restore_payment;
mod settle_owed;
mod tell_account;

use crate::{Orders, workflows::kinds};
use endpoint::Context;
use flow::{ConsumeError, DueTimer, Timer, handler::handler};
use kernel::id::{Id, Kind};
use std::time::Duration;

/// The longest that the work of one timer may wait for others: a provider's time-out is among it. A timer's lease is two seconds
/// longer (`flow::timer`).
const WITHIN: Duration = Duration::from_secs(13);

/// All kinds of this service.
pub(crate) fn kinds(s: &Orders) -> Vec<Timer> {
    vec![
        timer(s, kinds::DUE, due::due),
        timer(s, kinds::CLOSE, close::close),
        timer(s, kinds::PAY, pay::pay),
        timer(s, kinds::SETTLE_OWED, settle_owed::settle_owed),
        timer(s, kinds::RESTORE_PAYMENT, restore_payment::restore_payment),
        timer(s, kinds::CLAIM, claim::claim),
        timer(s, kinds::CLAIM_ALL, claim_all::claim_all),
        timer(s, kinds::TELL_ACCOUNT, tell_account::tell_account),
        timer(s, kinds::CONTACT, contact::contact),
        timer(s, kinds::FORGET_BASKET, forget_basket::forget_basket),
    ]
}

fn timer<K, F, Fut>(s: &Orders, kind: &'static str, work: F) -> Timer
where
    K: Kind + 'static,
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
