//! Somebody outside: calls services and repeats until there is a definite answer.

use crate::{
    SERVICES,
    load::CLIENTS,
    world::{Simulation, clients, host::SimHost},
};
use endpoint::{
    Context, Endpoint, ProblemSet,
    client::{CallError, Client},
};
use http::HeaderValue;
use kernel::Env;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::time::sleep;

/// Within this time, counted from the end of the storm, everybody has an answer.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
const WITHIN: Duration = Duration::from_secs(15);
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Somebody outside, signed in or not.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) world: Arc<Simulation>,
    env: Env,
    bearer: Option<HeaderValue>,
    clients: BTreeMap<&'static str, Client>,
}

/// No reply, for good.
#[derive(Debug)]
pub(crate) enum CallFailure<X> {
    /// One of the endpoint's own refusals.
    Refused(X),
    /// Another one, or none in time; it is noted as a finding.
    Unexpected,
}

impl Caller {
    pub(crate) fn new(world: &Arc<Simulation>) -> Self {
        let env = SimHost::env(world, &world.outside());
        let client = |callee| (callee, clients::public_client(world, &env, CLIENTS, callee));
        let clients = SERVICES.into_iter().map(client).collect();
        Caller { world: world.clone(), env, bearer: None, clients }
    }
    /// The same, with this access token.
    pub(crate) fn signed_in(&self, token: &str) -> Self {
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).ok();
        Caller { bearer, ..self.clone() }
    }

    /// Asks until there is a definite answer.
    pub(crate) async fn ask<E: Endpoint>(
        &self,
        service: &'static str,
        request: impl Fn() -> E,
    ) -> Result<E::Reply, CallFailure<E::Error>> {
        let client = &self.clients[service];
        let name = E::ROUTE.name;
        let mut wait = FIRST_WAIT;
        let mut last = String::new();
        let patience = self.world.elapsed().max(self.world.faults.last) + PATIENCE;
        while self.world.elapsed() < patience {
            let mut context = Context::background(&self.env, WITHIN);
            context.bearer = self.bearer.clone();
            match client.call(&context, request()).await {
                Ok(reply) => return Ok(reply),
                Err(CallError::Refused(refused)) => return Err(CallFailure::Refused(refused)),
                Err(CallError::Problem(p)) if p.status < 500 && p.status != 429 => {
                    self.world.found(format!("{name} was refused: {} {}", p.status, p.code));
                    return Err(CallFailure::Unexpected);
                }
                Err(error) => last = error.to_string(),
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        self.world.found(format!("{name} has no definite answer: {last}"));
        Err(CallFailure::Unexpected)
    }

    /// Asks for what is never refused.
    pub(crate) async fn get<E: Endpoint>(
        &self,
        service: &'static str,
        request: impl Fn() -> E,
    ) -> Option<E::Reply> {
        let answer = self.ask(service, request).await;
        if let Err(CallFailure::Refused(refused)) = &answer {
            self.world.found(format!("{} was refused: {}", E::ROUTE.name, refused.row().code));
        }
        answer.ok()
    }
}
