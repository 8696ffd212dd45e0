//! Calls to the provider and what follows from them: the key is committed, then the call is made (R7), then one
//! transaction applies the answer. A process that ends in between leaves a timer that finds it out.

mod attempts;
mod causation;
mod lost_charges;
mod new_epoch;
mod newer_charges;
mod refunds;
mod repeated_orders;
pub(crate) mod unknown_charges;

pub(crate) use lost_charges::LostPayment;
pub use new_epoch::{begin_epoch, report_loss};
pub use newer_charges::{NewerCharges, list_newer_charges, newer_charges};

use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate, ProviderCall},
    store::payments::{self, SaveContext},
    timer_plan::QueriedSubject,
};
use db::{Error, ErrorKind, Result, Tx};
use endpoint::Context;
use flow::{Cause, idempotency::digest};
use kernel::id::{OrderId, PaymentId};
use ordo_http::{on_its_behalf, step_aside};
use std::{future::Future, time::Duration};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until, timeout_at},
};
use tracing::Instrument;
use uuid::Uuid;

/// Tries of a transaction that was rolled back through no fault of its own.
pub(crate) const TRIES: u32 = 4;

/// Questions or tries after which what is still not known or done is a matter for people.
const ALARM_AFTER: i64 = 10;

/// What an answer needs after the waiting is over.
const TO_ANSWER: Duration = Duration::from_millis(250);

/// The other request may run in another process, so that only its row tells how far it is.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const LOOK_AT_LEAST: Duration = Duration::from_millis(250);

/// The ID of an order's `n`-th attempt or refund, from 1. The keys at the provider follow from the ID, and the ID from the
/// order: if the database is restored to an older copy, what is done again gets the key that it had before, and the provider
/// does it once.
fn nth_id(what: &str, order: OrderId, n: usize) -> Uuid {
    digest(&[what, &order.to_string(), &n.to_string()])
}

/// For how long a caller can be kept waiting.
fn until(context: &Context) -> Instant {
    context.deadline.checked_sub(TO_ANSWER).unwrap_or(context.deadline)
}

impl Payments {
    /// Applies a rule to a book within a transaction, and writes what it changed. The caller commits, and then
    /// calls [`Payments::committed`].
    pub(crate) async fn change<T>(
        &self,
        tx: &mut Tx,
        book: &mut PaymentAggregate,
        cause: &Cause,
        heard: QueriedSubject,
        rule: impl FnOnce(&mut PaymentAggregate, &mut ChangeContext<'_>) -> T,
    ) -> Result<T> {
        let before = book.clone();
        let now = tx.now().await?;
        let done = {
            let key_life = self.provider.key_life();
            let mut stamp = ChangeContext { now, actor: &cause.actor, key_life, nth_id };
            book.distrust_keys_to_come(&stamp);
            rule(book, &mut stamp)
        };
        let with = SaveContext { journal: &self.journal, cause, delays: &self.settings.delays(), heard };
        payments::save(tx, &before, book, &with).await?;
        Ok(done)
    }

    /// After a commit: events are sent, timers checked.
    pub(crate) fn committed(&self) {
        self.journal.wake();
        self.timers.wake();
    }

    /// Asks the provider, in a task that goes on when the caller goes away; waits for what follows for as long
    /// as the caller has time.
    pub(crate) async fn ask_and_wait(&self, asks: Vec<ProviderCall>, cause: &Cause, context: &Context) {
        if !asks.is_empty() {
            let (s, cause) = (self.clone(), cause.clone());
            self.run_and_wait(context, async move { s.ask_all(asks, &cause).await }).await;
        }
    }

    /// Runs something to its end, and waits for it for as long as the caller has time.
    pub(crate) async fn run_and_wait(
        &self,
        context: &Context,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let (done, ended) = oneshot::channel();
        let work = async move {
            work.await;
            // nobody may wait any more
            let _ = done.send(());
        };
        self.env.spawn("provider call", on_its_behalf(work.in_current_span()));
        // neither a task that ended with its node nor a time-out says anything: what is committed does
        let _ = timeout_at(until(context), ended).await;
    }

    /// Waits for what another request has under way, for as long as the caller has time: a repeat is answered as
    /// the first one is. The payment as it is committed then.
    pub(crate) async fn wait_while(
        &self,
        id: PaymentId,
        context: &Context,
        is_under_way: impl Fn(&PaymentAggregate) -> bool,
    ) -> Result<PaymentAggregate> {
        let until = until(context);
        let mut pause = LOOK_AGAIN;
        loop {
            let book = self.read(id).await?;
            let now = Instant::now();
            if now >= until || !is_under_way(&book) {
                return Ok(book);
            }
            step_aside(sleep_until((now + pause).min(until))).await;
            pause = (pause * 2).min(LOOK_AT_LEAST);
        }
    }

    /// The payment as it is committed.
    pub(crate) async fn read(&self, id: PaymentId) -> Result<PaymentAggregate> {
        let missing = || Error::new(ErrorKind::NotFound, format!("{id} is gone"));
        payments::find(&self.db, id).await?.ok_or_else(missing)
    }
}
