//! The guide: calls operations through the gateway, step by step, and has what happens written down.

use super::{STEP, recording::Recording};
use crate::{
    load::CLIENTS,
    world::{Simulation, host::SimHost},
};
use bytes::Bytes;
use endpoint::{
    Context, Endpoint, Problem, Raw,
    client::{CallError, Client},
    transport::{InProcess, SendFuture, Transport},
};
use gateway::{Gateway, GatewaySettings};
use http::{HeaderValue, Request, Response};
use kernel::Env;
use ordo_http::Peer;
use payment_provider::ProviderEvent;
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::sleep;

const WITHIN: Duration = Duration::from_secs(20);
/// So many can be asked for in the time that the whole tour's own take; a few more are too many.
pub(super) const SIGN_INS_PER_MINUTE: u32 = 40;

/// A step was answered otherwise than it should be.
#[derive(Debug)]
pub(super) struct UnexpectedResponse(pub(super) String);

/// What a step brings.
pub(super) type TourResult<T> = Result<T, UnexpectedResponse>;

/// Somebody on the tour, signed in or not.
#[derive(Clone)]
pub(super) struct TourClient {
    world: Arc<Simulation>,
    env: Env,
    door: Arc<GatewayTap>,
    client: Client,
    bearer: Option<HeaderValue>,
    pub(super) book: Arc<Recording>,
}

impl TourClient {
    pub(super) fn new(world: &Arc<Simulation>) -> Self {
        let env = SimHost::env(world, &world.outside());
        let door = Arc::new(GatewayTap::default());
        let client = Client::new(door.clone(), &["gateway"], env.clone());
        TourClient { world: world.clone(), env, door, client, bearer: None, book: Arc::default() }
    }

    /// From now on calls pass through a gateway to the services as they run now.
    pub(super) fn open_the_door(&self) -> TourResult<()> {
        let nodes = self.world.state();
        let services = nodes.nodes.iter().map(|(name, node)| (*name, node.router.clone())).collect();
        drop(nodes);
        let gateway = Gateway {
            env: self.env.clone(),
            settings: GatewaySettings {
                sign_ins_per_minute: Some(SIGN_INS_PER_MINUTE),
                ..GatewaySettings::default()
            },
            services,
            document: Box::new(|| Value::Null),
            verify: None,
            checks: Vec::new(),
        };
        let router = gateway.router().map_err(|error| UnexpectedResponse(format!("{error:?}")))?;
        *self.door.router() = Some(router);
        Ok(())
    }

    /// The same, with this access token.
    pub(super) fn signed_in(&self, token: &str) -> Self {
        TourClient { bearer: HeaderValue::from_str(&format!("Bearer {token}")).ok(), ..self.clone() }
    }

    /// A webhook of the simulated provider, which it has signed.
    pub(super) fn webhook(&self, id: &str, key: &str) -> Raw {
        let event = ProviderEvent { id: id.into(), key: key.into(), outcome: "captured".into() };
        self.world.webhook_key().sign(&event, self.env.now())
    }

    /// Waits until all that has happened is known everywhere.
    pub(super) async fn pauses(&self) {
        sleep(12 * STEP).await;
    }

    /// Calls an operation, and has it written down as an example of what is said.
    pub(super) async fn shows<E: Endpoint>(&self, summary: &str, request: E) -> TourResult<E::Reply> {
        let (reply, request, response) = self.call(request).await?;
        self.book.note(&E::ROUTE, summary, &request, &response);
        reply.map_err(|error| UnexpectedResponse(format!("{}, {summary}: {error}", E::ROUTE.name)))
    }

    /// Writes down how an operation is asked for, and an answer that does not come about on the tour.
    pub(super) async fn would_show<E: Endpoint>(
        &self,
        summary: &str,
        request: E,
        answer: serde_json::Result<Value>,
    ) -> TourResult<()> {
        let body = answer.map_err(|error| UnexpectedResponse(error.to_string()))?.to_string();
        let told = Arc::new(FixedResponse { body: body.into(), asked: Mutex::default() });
        let client = Client::new(told.clone(), &["nobody"], self.env.clone());
        let said = client.call(&Context::background(&self.env, WITHIN), request).await;
        said.map_err(|error| UnexpectedResponse(format!("{}, {summary}: {error}", E::ROUTE.name)))?;
        let asked = told.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        let asked =
            asked.ok_or_else(|| UnexpectedResponse(format!("{} was not asked for", E::ROUTE.name)))?;
        self.book.note(&E::ROUTE, summary, &asked, &told.answer());
        Ok(())
    }

    /// Calls an operation that needs no example more.
    pub(super) async fn does<E: Endpoint>(&self, request: E) -> TourResult<E::Reply> {
        let (reply, _, response) = self.call(request).await?;
        reply
            .map_err(|error| UnexpectedResponse(format!("{}: {error}: {:?}", E::ROUTE.name, response.body())))
    }

    /// Calls an operation, which is refused with this code; the refusal is written down.
    pub(super) async fn is_refused<E: Endpoint>(&self, code: &str, request: E) -> TourResult<()> {
        self.begins_a_step().await;
        self.at_once_is_refused(code, request).await
    }

    /// The same, within the step that the last one began.
    pub(super) async fn at_once_is_refused<E: Endpoint>(&self, code: &str, request: E) -> TourResult<()> {
        // the client may repeat what was refused for a moment only, and then be let in
        drop(self.at_once(request).await);
        let told = |response: &Response<Bytes>| {
            let problem: Problem = serde_json::from_slice(response.body()).unwrap_or_default();
            problem.code == code
        };
        let taken = std::mem::take(&mut self.door.state().taken);
        match taken.iter().find(|(_, response)| told(response)) {
            Some((_, response)) => self.book.note_refusal(&E::ROUTE, code, response),
            // the tour can go on, and may find more
            None => self.world.found(format!("{} should be refused with {code}: {taken:?}", E::ROUTE.name)),
        }
        Ok(())
    }

    /// The same, for a request that a typed client would not send.
    pub(super) async fn altered_is_refused<E: Endpoint>(
        &self,
        code: &str,
        request: E,
        alter: AlterRequest,
    ) -> TourResult<()> {
        self.door.state().alter = Some(alter);
        let seen = self.is_refused(code, request).await;
        self.door.state().alter = None;
        seen
    }

    async fn call<E: Endpoint>(
        &self,
        request: E,
    ) -> TourResult<(EndpointResult<E>, Request<Bytes>, Response<Bytes>)> {
        self.begins_a_step().await;
        let reply = self.at_once(request).await;
        let taken = self.door.state().taken.pop();
        let (request, response) =
            taken.ok_or_else(|| UnexpectedResponse(format!("{} has no answer", E::ROUTE.name)))?;
        Ok((reply, request, response))
    }

    async fn begins_a_step(&self) {
        let over = self.world.elapsed().as_micros() % STEP.as_micros();
        if over > 0 {
            sleep(STEP - Duration::from_micros(u64::try_from(over).unwrap_or(0))).await;
        }
    }

    /// Calls an operation within the step that the last one began.
    pub(super) async fn at_once<E: Endpoint>(&self, request: E) -> EndpointResult<E> {
        let mut context = Context::background(&self.env, WITHIN);
        context.bearer = self.bearer.clone();
        self.world.trace(format_args!("TOUR {CLIENTS} {}", E::ROUTE.name));
        self.door.state().taken.clear();
        self.client.call(&context, request).await
    }
}

/// What a client is told.
type EndpointResult<E> = Result<<E as Endpoint>::Reply, CallError<<E as Endpoint>::Error>>;

/// Answers everything with the same body.
struct FixedResponse {
    body: Bytes,
    asked: Mutex<Option<Request<Bytes>>>,
}

impl FixedResponse {
    fn answer(&self) -> Response<Bytes> {
        let mut response = Response::new(self.body.clone());
        response
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

impl Transport for FixedResponse {
    #[allow(clippy::disallowed_methods, reason = "nothing is sent")]
    fn send<'a>(&'a self, _: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        Box::pin(std::future::ready(Ok(self.answer())))
    }
}

/// Changes a request on its way.
pub(super) type AlterRequest = fn(&mut Request<Bytes>);

/// The gateway, and what last passed through it.
#[derive(Default)]
struct GatewayTap {
    router: Mutex<Option<axum::Router>>,
    state: Mutex<LastExchange>,
}

#[derive(Default)]
struct LastExchange {
    alter: Option<AlterRequest>,
    /// Of the last call, with its repeats.
    taken: Vec<(Request<Bytes>, Response<Bytes>)>,
}

impl GatewayTap {
    fn router(&self) -> MutexGuard<'_, Option<axum::Router>> {
        self.router.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn state(&self) -> MutexGuard<'_, LastExchange> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for GatewayTap {
    #[allow(clippy::disallowed_methods, reason = "a way in front of another one")]
    fn send<'a>(&'a self, to: &'a str, mut request: Request<Bytes>) -> SendFuture<'a> {
        Box::pin(async move {
            // what is not said here is that the caller sits on the same machine
            request.extensions_mut().insert(Peer(SocketAddr::from(([192, 0, 2, 1], 40_000))));
            if let Some(alter) = self.state().alter {
                alter(&mut request);
            }
            let router = self.router().clone().unwrap_or_default();
            let asked = request.clone();
            let response = InProcess(router).send(to, request).await?;
            self.state().taken.push((asked, response.clone()));
            Ok(response)
        })
    }
}
