//! The way to a fake: it can be down, lose answers, and let a test act at the very moment after a call.

use axum::Router;
use bytes::Bytes;
use endpoint::{
    http::{Request, Response},
    transport::{InProcess, SendFuture, Transport, TransportError},
};
use kernel::BoxFuture;
use std::sync::{Arc, Mutex};

/// What is wrong with the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkFault {
    /// Nothing arrives.
    Down,
    /// It arrives, and its answer does not come back.
    AnswerLost,
}

type DeferredAction = Box<dyn FnOnce() -> BoxFuture<()> + Send>;

#[derive(Default)]
struct FakeLinkState {
    troubles: Vec<(&'static str, NetworkFault)>,
    after: Vec<(&'static str, DeferredAction)>,
    calls: Vec<String>,
}

/// The way to one fake; cheap to clone.
#[derive(Clone)]
pub(crate) struct FakeLink {
    router: Arc<InProcess<Router>>,
    state: Arc<Mutex<FakeLinkState>>,
}

impl FakeLink {
    pub(crate) fn to(router: Router) -> Self {
        FakeLink { router: Arc::new(InProcess(router)), state: Arc::default() }
    }
    /// From now on this is wrong with calls whose path contains `path`.
    pub(crate) fn trouble(&self, path: &'static str, trouble: NetworkFault) {
        self.state.lock().unwrap().troubles.push((path, trouble));
    }
    /// Nothing is wrong any more.
    pub(crate) fn mend(&self) {
        self.state.lock().unwrap().troubles.clear();
    }
    /// Acts once, between the effect of the next such call and its answer.
    pub(crate) fn after(&self, path: &'static str, act: impl Future<Output = ()> + Send + 'static) {
        self.state.lock().unwrap().after.push((path, Box::new(move || Box::pin(act))));
    }
    /// How many calls of such a path were made.
    pub(crate) fn calls(&self, path: &str) -> usize {
        self.state.lock().unwrap().calls.iter().filter(|called| called.contains(path)).count()
    }

    fn take(acts: &mut Vec<(&'static str, DeferredAction)>, path: &str) -> Option<DeferredAction> {
        let found = acts.iter().position(|(of, _)| path.contains(of))?;
        Some(acts.remove(found).1)
    }
}

impl Transport for FakeLink {
    #[allow(clippy::disallowed_methods, reason = "a way in front of another one")]
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            let trouble = {
                let mut state = self.state.lock().unwrap();
                state.calls.push(path.clone());
                state.troubles.iter().find(|(of, _)| path.contains(of)).map(|(_, trouble)| *trouble)
            };
            if trouble == Some(NetworkFault::Down) {
                return Err(TransportError { arrived: false, why: "it is down".to_owned() });
            }
            let answer: Result<Response<Bytes>, TransportError> = self.router.send(to, request).await;
            let after = FakeLink::take(&mut self.state.lock().unwrap().after, &path);
            if let Some(act) = after {
                act().await;
            }
            match trouble {
                Some(_) => Err(TransportError { arrived: true, why: "the answer is lost".to_owned() }),
                None => answer,
            }
        })
    }
}
