//! A provider that says what a test wants to hear, and remembers what it was asked.

use crate::world::webhook_key;
use contracts::payments::{CaptureMode, Failure, PaymentMethods};
use endpoint::Raw;
use kernel::{BoxFuture, Timestamp};
use payment_provider::{CallPermit, Provider, ProviderResult, *};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// What it can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProviderMethod {
    Submit,
    Query,
    QueryRefund,
    Abandon,
    Capture,
    Void,
    Refund,
}

/// Charges everything and gives everything back, does not know anything it is asked about, and does not say what became
/// of all else; unless it was told otherwise.
#[derive(Clone, Default)]
pub(crate) struct ScriptedProvider(Arc<Mutex<ProviderScript>>);

#[derive(Default)]
struct ProviderScript {
    charges: BTreeMap<ProviderMethod, VecDeque<ProviderResult<Charge>>>,
    refunds: VecDeque<ProviderResult<ProviderRefundStatus>>,
    returned: VecDeque<ProviderResult<ProviderRefundStatus>>,
    asked: Vec<(ProviderMethod, String, Instant)>,
    is_silent: bool,
    slow: Duration,
}

impl ScriptedProvider {
    pub(crate) fn new() -> ScriptedProvider {
        ScriptedProvider::default()
    }
    /// What it says when it is asked for `call`, one after the other.
    pub(crate) fn answer(
        &self,
        call: ProviderMethod,
        answers: impl IntoIterator<Item = ProviderResult<Charge>>,
    ) {
        self.script().charges.entry(call).or_default().extend(answers);
    }
    pub(crate) fn answer_refunds(
        &self,
        answers: impl IntoIterator<Item = ProviderResult<ProviderRefundStatus>>,
    ) {
        self.script().refunds.extend(answers);
    }
    /// What it says when it is asked what became of refunds.
    pub(crate) fn tell_of_refunds(
        &self,
        answers: impl IntoIterator<Item = ProviderResult<ProviderRefundStatus>>,
    ) {
        self.script().returned.extend(answers);
    }
    /// While it is silent, nobody hears what became of anything.
    pub(crate) fn be_silent(&self, is_silent: bool) {
        self.script().is_silent = is_silent;
    }
    /// From now on it takes that long for everything.
    pub(crate) fn be_slow(&self, slow: Duration) {
        self.script().slow = slow;
    }
    /// The keys that it was asked for `call` with, and when.
    pub(crate) fn asked(&self, call: ProviderMethod) -> Vec<(String, Instant)> {
        let script = self.script();
        let asked = script.asked.iter().filter(|(asked, ..)| *asked == call);
        asked.map(|(_, key, at)| (key.clone(), *at)).collect()
    }
    pub(crate) fn keys(&self, call: ProviderMethod) -> Vec<String> {
        self.asked(call).into_iter().map(|(key, _)| key).collect()
    }

    fn script(&self) -> MutexGuard<'_, ProviderScript> {
        self.0.lock().unwrap()
    }
    fn said<T: Send + 'static>(
        &self,
        call: ProviderMethod,
        key: String,
        what: impl FnOnce(&mut ProviderScript) -> ProviderResult<T>,
    ) -> BoxFuture<ProviderResult<T>> {
        let mut script = self.script();
        script.asked.push((call, key, Instant::now()));
        let said = if script.is_silent { Err(no_answer()) } else { what(&mut script) };
        let slow = script.slow;
        Box::pin(async move {
            sleep(slow).await;
            said
        })
    }
    fn charge(&self, call: ProviderMethod, key: String) -> BoxFuture<ProviderResult<Charge>> {
        self.said(call, key, |script| script.next(call).unwrap_or_else(|| Err(no_answer())))
    }
}

impl ProviderScript {
    fn next(&mut self, call: ProviderMethod) -> Option<ProviderResult<Charge>> {
        self.charges.get_mut(&call)?.pop_front()
    }
}

fn no_answer() -> ProviderError {
    ProviderError::Unknown("no answer".into())
}

/// A charge of this provider.
pub(crate) fn charge(reference: &str, standing: ChargeStatus, minor: i64) -> Charge {
    let (authorized, captured) = match standing {
        ChargeStatus::Captured => (minor, minor),
        ChargeStatus::Authorized | ChargeStatus::Voided | ChargeStatus::Expired => (minor, 0),
        ChargeStatus::RequiresAction { .. } | ChargeStatus::Processing | ChargeStatus::Failed(_) => (0, 0),
    };
    Charge { reference: Some(reference.into()), standing, authorized, captured, refunded: 0 }
}

pub(crate) fn refusal(code: &str, message: &str) -> Failure {
    Failure { code: code.into(), message: message.into() }
}

impl Provider for ScriptedProvider {
    fn name(&self) -> &'static str {
        "scripted"
    }
    fn methods(&self) -> PaymentMethods {
        PaymentMethods::ANY
    }
    fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<Option<ProviderEvent>, UnverifiedWebhook> {
        webhook_key().verify(webhook, now).map(Some)
    }
    fn submit(&self, _: CallPermit, submit: SubmitCharge) -> BoxFuture<ProviderResult<Charge>> {
        self.said(ProviderMethod::Submit, submit.key.clone(), |script| {
            let standing = match submit.capture {
                CaptureMode::Automatic => ChargeStatus::Captured,
                CaptureMode::Manual => ChargeStatus::Authorized,
            };
            let done = || Ok(charge(&submit.key, standing, submit.amount.minor));
            script.next(ProviderMethod::Submit).unwrap_or_else(done)
        })
    }
    fn query(&self, _: CallPermit, key: String) -> BoxFuture<ProviderResult<Option<Charge>>> {
        self.said(ProviderMethod::Query, key, |script| script.next(ProviderMethod::Query).transpose())
    }
    fn query_refund(
        &self,
        _: CallPermit,
        key: String,
        _: String,
    ) -> BoxFuture<ProviderResult<Option<ProviderRefundStatus>>> {
        self.said(ProviderMethod::QueryRefund, key, |script| script.returned.pop_front().transpose())
    }
    fn list_charges(&self, _: CallPermit, _: ListCharges) -> BoxFuture<ProviderResult<ChargePage>> {
        Box::pin(std::future::ready(Ok(ChargePage { charges: Vec::new(), next: None })))
    }
    fn abandon(&self, _: CallPermit, abandon: AbandonCharge) -> BoxFuture<ProviderResult<Charge>> {
        self.charge(ProviderMethod::Abandon, abandon.key)
    }
    fn capture(&self, _: CallPermit, capture: Capture) -> BoxFuture<ProviderResult<Charge>> {
        self.charge(ProviderMethod::Capture, capture.key)
    }
    fn void(&self, _: CallPermit, void: Void) -> BoxFuture<ProviderResult<Charge>> {
        self.charge(ProviderMethod::Void, void.key)
    }
    fn refund(
        &self,
        _: CallPermit,
        refund: ProviderRefund,
    ) -> BoxFuture<ProviderResult<ProviderRefundStatus>> {
        self.said(ProviderMethod::Refund, refund.key, |script| {
            script
                .refunds
                .pop_front()
                .unwrap_or(Ok(ProviderRefundStatus::Succeeded { amount: refund.amount.minor }))
        })
    }
}
