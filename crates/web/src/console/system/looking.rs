//! Asks every process of every service how it does, and remembers what asks for somebody, for the first page.

use super::checking::Audits;
use crate::{Web, texts::console as c};
use contracts::system::{GetServiceStatus, ServiceStatus, UnresolvedProviderCall};
use endpoint::{Context, Json};
use futures_util::future::join_all;
use kernel::{Timestamp, recent_stats::RequestStats};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Who does not answer within this is shown as not answering.
const WITHIN: Duration = Duration::from_secs(2);
/// What is known is asked for again when it is older, in the background.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// What was seen is said on other pages, too, until the page of the system would have looked again and again.
const SEEN_FOR: Duration = Duration::from_secs(15);
/// And is not shown any more when it is this old.
const FORGOTTEN: Duration = Duration::from_secs(120);

const PAYMENTS: &str = "payments";

/// How a service does.
pub(super) struct Service {
    pub(super) name: &'static str,
    /// How many addresses were asked, and how many answered.
    pub(super) asked: usize,
    pub(super) answering: usize,
    /// What all of them together answered of late.
    pub(super) answered: RequestStats,
    /// What waits in its database.
    pub(super) state: Option<ServiceStatus>,
}

/// Asks each.
pub(super) async fn look(web: &Web) -> Vec<Service> {
    let cx = Context::background(&web.needs.env, WITHIN);
    let ask = |(name, clients): &'_ (&'static str, Vec<endpoint::client::Client>)| {
        let (name, clients, cx) = (*name, clients.clone(), cx.clone());
        async move {
            let told = join_all(clients.iter().map(|client| client.call(&cx, GetServiceStatus {}))).await;
            let asked = told.len();
            let states: Vec<ServiceStatus> = told.into_iter().flatten().map(|Json(state)| state).collect();
            let answered = states.iter().fold(RequestStats::default(), |sum, state| sum.and(&state.answered));
            let answering = states.len();
            // they have one database: who cannot write into it says so for all
            let both = |one: ServiceStatus, other: ServiceStatus| ServiceStatus {
                read_only: one.read_only || other.read_only,
                ..one
            };
            Service { name, asked, answering, answered, state: states.into_iter().reduce(both) }
        }
    };
    let all = join_all(web.needs.states.iter().map(ask)).await;
    web.system.saw(web, &all);
    all
}

/// What was asked of a payment provider and not answered for long, the oldest first, and how many there are: as payments
/// says at this moment. Nothing where it does not answer.
pub(crate) async fn unanswered(web: &Web) -> Option<(i64, Vec<UnresolvedProviderCall>)> {
    let cx = Context::background(&web.needs.env, WITHIN);
    let (_, clients) = web.needs.states.iter().find(|(name, _)| *name == PAYMENTS)?;
    for client in clients {
        if let Ok(Json(state)) = client.call(&cx, GetServiceStatus {}).await {
            return Some((state.stuck, state.unanswered));
        }
    }
    None
}

/// What is remembered between looks.
#[derive(Default)]
pub(crate) struct Watch {
    known: Mutex<Known>,
    /// When somebody looked last, and whether a service did not answer then, or could not write.
    seen: Mutex<Option<(Timestamp, bool)>>,
    pub(super) audits: Audits,
}

#[derive(Default)]
struct Known {
    at: Option<Timestamp>,
    is_asking: bool,
    put_aside: i64,
    overdue: i64,
    /// Of payments, and of notifications.
    unanswered: i64,
    unwritten: i64,
    /// Charges of the provider that were forgotten.
    unknown_charges: i64,
    /// Invariants, at the last audit.
    broken: i64,
}

/// Something that asks for somebody: how often, what, and where more is told.
pub(crate) struct Asks {
    pub(crate) count: i64,
    pub(crate) text: String,
    pub(crate) at: At,
}
impl Asks {
    /// Services count no further.
    pub(crate) const MOST: i64 = 1000;
}
/// Where somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    System,
    Unanswered,
    UnknownCharges,
    Mails,
}

impl Watch {
    fn saw(&self, web: &Web, all: &[Service]) {
        let is_ahead = |state: &ServiceStatus| state.heard.iter().any(|feed| feed.producer_head.is_some());
        let is_well = |state: &ServiceStatus| !state.read_only && !is_ahead(state);
        let has_trouble = all.iter().any(|one| !one.state.as_ref().is_some_and(is_well));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((web.needs.env.now(), has_trouble));
    }
    /// Whether a service did not answer, or could not write, when somebody looked just now.
    pub(crate) fn has_trouble(&self, web: &Web) -> bool {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.is_some_and(|(at, has_trouble)| has_trouble && web.needs.env.now().since(at) < SEEN_FOR)
    }

    /// What of the system asks for somebody. Its page is for who may look at it alone. It is asked for again in the
    /// background, so that no page waits for all services.
    pub(crate) fn known(&self, web: &Web, may_look: bool) -> Vec<Asks> {
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
        let of = |count, text: fn(i64) -> String, at| Asks { count, text: text(count), at };
        let mails = if may_look { At::System } else { At::Mails };
        let all = [
            of(known.broken, c::invariants_broken, At::System),
            of(known.unanswered, c::payments_unanswered, At::Unanswered),
            of(known.unknown_charges, c::charges_unknown, At::UnknownCharges),
            of(known.unwritten, c::mails_unwritten, mails),
            of(known.put_aside, c::events_put_aside, At::System),
            of(known.overdue, c::timers_overdue, At::System),
        ];
        all.into_iter().filter(|one| may_look || one.at != At::System).collect()
    }

    async fn ask(&self, web: &Web) {
        let all = look(web).await;
        let states = || all.iter().filter_map(|service| service.state.as_ref());
        let (put_aside, overdue) =
            (states().map(|state| state.put_aside).sum(), states().map(|state| state.overdue).sum());
        let stuck = |name| {
            let of = all.iter().find(|service| service.name == name);
            of.and_then(|service| service.state.as_ref()).map_or(0, |state| state.stuck)
        };
        let (unanswered, unwritten) = (stuck(PAYMENTS), stuck("notifications"));
        let unknown_charges = states().map(|state| state.unknown_charges).sum();
        let broken = i64::try_from(self.audits.broken(&all)).unwrap_or(i64::MAX);
        let at = Some(web.needs.env.now());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known {
            at,
            is_asking: false,
            put_aside,
            overdue,
            unanswered,
            unwritten,
            unknown_charges,
            broken,
        };
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A service in one process, which says this of itself.
    pub(in super::super) fn service(name: &'static str, state: Option<ServiceStatus>) -> Service {
        let answering = usize::from(state.is_some());
        Service { name, asked: 1, answering, answered: RequestStats::default(), state }
    }
    /// One for which nothing waits.
    pub(in super::super) fn state() -> ServiceStatus {
        ServiceStatus {
            version: "0.2.0".to_owned(),
            answered: RequestStats::default(),
            read_only: false,
            unsent: 0,
            unsent_since: None,
            head: 0,
            heard: Vec::new(),
            placed: Vec::new(),
            due: 0,
            overdue: 0,
            next_due: None,
            put_aside: 0,
            stuck: 0,
            unanswered: Vec::new(),
            unknown_charges: 0,
            letters: Vec::new(),
            audit: None,
        }
    }
}
