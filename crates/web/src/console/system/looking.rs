//! Asks every process of every service how it does, and remembers what asks for somebody, for the first page.

use super::checking::Audits;
use crate::{Web, texts::console as c};
use contracts::system::{ReadState, ServiceState};
use endpoint::{Context, Json};
use futures_util::future::join_all;
use kernel::{Timestamp, lately::Answered};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Who does not answer within this is shown as not answering.
const WITHIN: Duration = Duration::from_secs(2);
/// What is known is asked for again when it is older, in the background.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// And is not shown any more when it is this old.
const FORGOTTEN: Duration = Duration::from_secs(120);

/// How a service does.
pub(super) struct Service {
    pub(super) name: &'static str,
    /// How many addresses were asked, and how many answered.
    pub(super) asked: usize,
    pub(super) answering: usize,
    /// What all of them together answered of late.
    pub(super) answered: Answered,
    /// What waits in its database.
    pub(super) state: Option<ServiceState>,
}

/// Asks each.
pub(super) async fn look(web: &Web) -> Vec<Service> {
    let cx = Context::background(&web.needs.env, WITHIN);
    let ask = |(name, clients): &'_ (&'static str, Vec<endpoint::client::Client>)| {
        let (name, clients, cx) = (*name, clients.clone(), cx.clone());
        async move {
            let told = join_all(clients.iter().map(|client| client.call(&cx, ReadState {}))).await;
            let asked = told.len();
            let states: Vec<ServiceState> = told.into_iter().flatten().map(|Json(state)| state).collect();
            let answered = states.iter().fold(Answered::default(), |sum, state| sum.and(&state.answered));
            Service { name, asked, answering: states.len(), answered, state: states.into_iter().next() }
        }
    };
    join_all(web.needs.states.iter().map(ask)).await
}

/// What is remembered between looks.
#[derive(Default)]
pub(crate) struct Watch {
    known: Mutex<Known>,
    pub(super) audits: Audits,
}

#[derive(Default)]
struct Known {
    at: Option<Timestamp>,
    is_asking: bool,
    put_aside: i64,
    overdue: i64,
}

impl Watch {
    /// What of the system asks for somebody who may look at it: how often, and what. It is asked for again in the
    /// background, so that no page waits for all services.
    pub(crate) fn known(&self, web: &Web, may_look: bool) -> Vec<(i64, &'static str)> {
        if !may_look {
            return Vec::new();
        }
        let now = web.needs.env.now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let age = known.at.map(|at| now.since(at));
        if !known.is_asking && age.is_none_or(|age| age > KNOWN_FOR) {
            known.is_asking = true;
            let web = web.clone();
            web.needs.env.clone().spawn("look_at_the_system", async move { web.system.ask(&web).await });
        }
        if age.is_none_or(|age| age > FORGOTTEN) {
            return Vec::new();
        }
        vec![(known.put_aside, c::EVENTS_PUT_ASIDE.say()), (known.overdue, c::TIMERS_OVERDUE.say())]
    }

    async fn ask(&self, web: &Web) {
        let all = look(web).await;
        let states = || all.iter().filter_map(|service| service.state.as_ref());
        let (put_aside, overdue) =
            (states().map(|state| state.put_aside).sum(), states().map(|state| state.overdue).sum());
        let at = Some(web.needs.env.now());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Known { at, is_asking: false, put_aside, overdue };
    }
}
