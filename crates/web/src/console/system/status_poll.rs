//! Reads the status of every process of every service.

use crate::session::{api_status, app::Web};
use contracts::system::{GetServiceStatus, ServiceStatus, UnresolvedProviderCall};
use endpoint::{Context, Json};
use futures_util::future::join_all;
use kernel::recent_stats::RequestStats;
use std::time::Duration;

/// A process that does not respond within this time is shown as unreachable.
const WITHIN: Duration = Duration::from_secs(2);

pub(super) const PAYMENTS: &str = "payments";

/// The status of a service.
pub(super) struct PolledService {
    pub(super) name: &'static str,
    /// How many addresses it has, and how many respond.
    pub(super) asked: usize,
    pub(super) answering: usize,
    /// The recent requests of all its processes.
    pub(super) answered: RequestStats,
    /// The waiting work in its database.
    pub(super) state: Option<ServiceStatus>,
}

/// Reads the status of each service.
pub(super) async fn look(web: &Web) -> Vec<PolledService> {
    let cx = Context::background(&web.needs.env, WITHIN);
    let ask = |(name, clients): &'_ (&'static str, Vec<endpoint::client::Client>)| {
        let (name, clients, cx) = (*name, clients.clone(), cx.clone());
        async move {
            let told = join_all(clients.iter().map(|client| client.call(&cx, GetServiceStatus {}))).await;
            let asked = told.len();
            let states: Vec<ServiceStatus> = told.into_iter().flatten().map(|Json(state)| state).collect();
            let answered = states.iter().fold(RequestStats::default(), |sum, state| sum.and(&state.answered));
            let answering = states.len();
            // they share one database: one that cannot write reports it for all
            let both = |one: ServiceStatus, other: ServiceStatus| ServiceStatus {
                read_only: one.read_only || other.read_only,
                ..one
            };
            PolledService { name, asked, answering, answered, state: states.into_iter().reduce(both) }
        }
    };
    let all = join_all(web.needs.states.iter().map(ask)).await;
    let is_ahead = |state: &ServiceStatus| state.heard.iter().any(|feed| feed.producer_head.is_some());
    let is_well = |state: &ServiceStatus| !state.read_only && !is_ahead(state);
    let has_trouble = all.iter().any(|one| !one.state.as_ref().is_some_and(is_well));
    web.state::<api_status::ApiStatusCache>().note(web, has_trouble);
    all
}

/// The unresolved calls of payment providers, oldest first, and how many there are, as payments reports now. None where it does not
/// respond.
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A service in one process, which says this of itself.
    pub(crate) fn service(name: &'static str, state: Option<ServiceStatus>) -> PolledService {
        let answering = usize::from(state.is_some());
        PolledService { name, asked: 1, answering, answered: RequestStats::default(), state }
    }
    /// One for which nothing waits.
    pub(crate) fn state() -> ServiceStatus {
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
