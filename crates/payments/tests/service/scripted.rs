//! A provider that says what a test wants to hear.

use kernel::BoxFuture;
use payments::{
    providers::{Pass, Provider, Said},
    word::*,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// Charges everything; answers refunds as it was told to.
#[derive(Clone, Default)]
pub(crate) struct Scripted(Arc<Script>);

#[derive(Default)]
struct Script {
    refunds: Mutex<VecDeque<Said<Returned>>>,
    refund_keys: Mutex<Vec<String>>,
}

impl Scripted {
    pub(crate) fn new() -> Scripted {
        Scripted::default()
    }
    pub(crate) fn answer_refunds(&self, answers: impl IntoIterator<Item = Said<Returned>>) {
        self.0.refunds.lock().unwrap().extend(answers);
    }
    pub(crate) fn refund_keys(&self) -> Vec<String> {
        self.0.refund_keys.lock().unwrap().clone()
    }
}

fn said<T: Send + 'static>(said: Said<T>) -> BoxFuture<Said<T>> {
    Box::pin(std::future::ready(said))
}

impl Provider for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }
    fn knows(&self, _: &str) -> bool {
        true
    }
    fn submit(&self, _: Pass, submit: Submit) -> BoxFuture<Said<Charge>> {
        let minor = submit.amount.minor;
        let reference = Some(submit.key);
        said(Ok(Charge { reference, standing: Standing::Captured, authorized: minor, captured: minor }))
    }
    fn query(&self, _: Pass, _: String) -> BoxFuture<Said<Option<Charge>>> {
        said(Ok(None))
    }
    fn query_refund(&self, _: Pass, _: String) -> BoxFuture<Said<Option<Returned>>> {
        said(Ok(None))
    }
    fn abandon(&self, _: Pass, _: Abandon) -> BoxFuture<Said<Charge>> {
        said(Err(ProviderError::Unknown("it does not do that".into())))
    }
    fn capture(&self, _: Pass, _: Capture) -> BoxFuture<Said<Charge>> {
        said(Err(ProviderError::Unknown("it does not do that".into())))
    }
    fn void(&self, _: Pass, _: Void) -> BoxFuture<Said<Charge>> {
        said(Err(ProviderError::Unknown("it does not do that".into())))
    }
    fn refund(&self, _: Pass, refund: GiveBack) -> BoxFuture<Said<Returned>> {
        self.0.refund_keys.lock().unwrap().push(refund.key);
        said(self.0.refunds.lock().unwrap().pop_front().unwrap_or(Ok(Returned::Succeeded)))
    }
}
