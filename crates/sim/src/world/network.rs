//! The network: requests and answers take a while, are lost, or find nobody.

use super::Simulation;
use crate::{load::CLIENTS, plan::Sabotage, trace::hash_of};
use bytes::Bytes;
use contracts::feed::ReadFeed;
use endpoint::{
    Endpoint,
    transport::{InProcess, SendFuture, Transport, TransportError},
};
use http::{Request, Response, StatusCode};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::oneshot, time::sleep};

/// One node's way to the others.
pub(crate) struct SimTransport {
    pub(crate) world: Arc<Simulation>,
    pub(crate) from: &'static str,
}

type CallResult = Result<Response<Bytes>, TransportError>;

impl Transport for SimTransport {
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        let known = crate::SERVICES.into_iter().find(|name| *name == to);
        Box::pin(async move {
            match known {
                Some(to) => self.world.carry(self.from, to, request).await,
                None => Err(TransportError { arrived: false, why: format!("there is no {to}") }),
            }
        })
    }
}

/// How the messages of a run came to where they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageStats {
    /// Took some time.
    pub delayed: u64,
    /// Took a second or more.
    pub slow: u64,
    /// Came after one that was sent later on the same way.
    pub overtaken: u64,
    sent: u64,
    /// The one of those that came that was sent last, on each way.
    latest: BTreeMap<(&'static str, &'static str), u64>,
}

impl MessageStats {
    fn begin(&mut self) -> u64 {
        self.sent += 1;
        self.sent
    }
    fn end(&mut self, way: (&'static str, &'static str), number: u64, took: Duration) {
        self.delayed += u64::from(!took.is_zero());
        self.slow += u64::from(took >= Duration::from_secs(1));
        let latest = self.latest.entry(way).or_default();
        self.overtaken += u64::from(number < *latest);
        *latest = number.max(*latest);
    }
}

/// What becomes of a message.
pub(crate) struct DeliveryOutcome {
    pub(crate) delay: Duration,
    pub(crate) is_lost: bool,
}

impl Simulation {
    /// Draws what becomes of one message.
    pub(crate) fn way(&self, from: &'static str, to: &'static str) -> DeliveryOutcome {
        let (mut state, faults) = (self.state(), &self.faults);
        let (stormy, is_cut) = (state.stormy, state.cuts.contains(&(from, to)));
        let slow = stormy && state.network.percent(faults.slow);
        let millis = if slow { state.network.below(20_000) } else { 1 + state.network.below(20) };
        let is_lost = is_cut || (stormy && state.network.percent(faults.lose));
        DeliveryOutcome { delay: Duration::from_millis(millis), is_lost }
    }

    /// The time that a message is on its way.
    pub(crate) async fn travel(&self, from: &'static str, to: &'static str, delay: Duration) {
        let (number, begun) = (self.state().travels.begin(), self.elapsed());
        sleep(delay).await;
        let took = self.elapsed().saturating_sub(begun);
        self.state().travels.end((from, to), number, took);
    }

    async fn carry(
        self: &Arc<Self>,
        from: &'static str,
        to: &'static str,
        request: Request<Bytes>,
    ) -> CallResult {
        let (answer, answered) = oneshot::channel();
        let DeliveryOutcome { delay, is_lost } = self.way(from, to);
        let (method, path) = (request.method(), request.uri());
        self.trace(format_args!(
            "send {from} {to} {method} {path} {} {delay:?} {is_lost}",
            hash_of(request.body())
        ));
        if is_lost {
            drop(answer);
        } else {
            let world = self.clone();
            self.spawn("message", async move {
                world.travel(from, to, delay).await;
                world.arrive(from, to, request, answer);
            });
        }
        match answered.await {
            Ok(answer) => answer,
            // the connection broke, or nothing is heard forever
            Err(_) if self.state().network.percent(50) => {
                Err(TransportError { arrived: true, why: "the connection broke".to_owned() })
            }
            Err(_) => std::future::pending().await,
        }
    }

    fn arrive(
        self: &Arc<Self>,
        from: &'static str,
        to: &'static str,
        request: Request<Bytes>,
        answer: oneshot::Sender<CallResult>,
    ) {
        let running = self.state().nodes.get(to).map(|node| (node.scope.clone(), node.router.clone()));
        if self.plan.sabotage == Some(Sabotage::LosesEvents)
            && from != CLIENTS
            && request.uri().path() == ReadFeed::ROUTE.path
        {
            let nothing = Bytes::from_static(br#"{"events":[],"head":0}"#);
            let _ = answer.send(Ok(Response::new(nothing)));
            return;
        }
        let Some((scope, router)) = running else {
            self.trace(format_args!("refused {from} {to}"));
            // where the other end has gone in the meantime, nobody hears it
            let _ = answer
                .send(Err(TransportError { arrived: false, why: "the connection is refused".to_owned() }));
            return;
        };
        let world = self.clone();
        scope.spawn("request", Box::pin(world.serve(from, to, router, request, answer)));
    }

    /// The server's side of one request.
    #[allow(clippy::disallowed_methods, reason = "the network of a simulation")]
    async fn serve(
        self: Arc<Self>,
        from: &'static str,
        to: &'static str,
        router: axum::Router,
        request: Request<Bytes>,
        mut answer: oneshot::Sender<CallResult>,
    ) {
        let what = format!("{} {}", request.method(), request.uri().path());
        let notices_hang_up = self.state().network.percent(50);
        let router = InProcess(router);
        let response = tokio::select! {
            biased;
            () = answer.closed(), if notices_hang_up => {
                self.trace(format_args!("hung up {from} {to} {what}"));
                return;
            }
            response = router.send(to, request) => response,
        };
        if from == CLIENTS {
            self.pass_barrier().await;
        }
        let DeliveryOutcome { delay, is_lost } = self.way(to, from);
        self.trace_answer(from, to, &what, &response, is_lost);
        if is_lost {
            return;
        }
        let world = self.clone();
        self.spawn("message", async move {
            world.travel(to, from, delay).await;
            let _ = answer.send(response); // nobody may be waiting any more
        });
    }

    fn trace_answer(&self, from: &str, to: &str, what: &str, answer: &CallResult, is_lost: bool) {
        let (status, body) = match answer {
            Ok(response) => (response.status(), response.body().as_ref()),
            Err(broken) => (StatusCode::BAD_GATEWAY, broken.why.as_bytes()),
        };
        self.trace(format_args!("answer {to} {from} {what} {} {} {is_lost}", status.as_u16(), hash_of(body)));
        if !status.is_success() {
            self.trace(format_args!("  {}", String::from_utf8_lossy(body)));
        }
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            self.found(format!("{to} answered 500 to {what}: {}", String::from_utf8_lossy(body)));
        }
    }
}
