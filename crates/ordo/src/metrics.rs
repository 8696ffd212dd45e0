//! `GET /metrics`: what this process has counted, as Prometheus reads it. It has a listener of its own, which is opened
//! only where that is set, and no other door leads there.

use crate::{backup, runtime_deps::RuntimeDeps, stores::Stores};
use axum::{Router, http::header, response::IntoResponse, routing::get};
use db::Db;
use futures_util::future::join_all;
use kernel::metrics::{self, Metric};
use std::time::Duration;
use tokio::time::timeout;

/// What is written in, for Prometheus.
const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Who watches is answered within this, whatever has become of a database.
const LOOK_WITHIN: Duration = Duration::from_secs(2);

/// The router, for a process with these databases.
pub(crate) fn router(wiring: &RuntimeDeps, stores: &Stores) -> Router {
    // the provider's is another company's, as it were
    let services = stores.iter().filter(|(name, _)| crate::service_names::SERVICES.contains(*name));
    let services: Vec<(&'static str, Db)> = services.map(|(name, db)| (*name, db.clone())).collect();
    let (env, config) = (wiring.env.clone(), wiring.is_embedded.then(|| wiring.config.clone()));
    let since = env.now();
    let answer = move || {
        let (env, config, services) = (env.clone(), config.clone(), services.clone());
        async move {
            if let Some(config) = config {
                let now = env.now();
                env.blocking(move || backup::look(&config, since, now)).await;
            }
            answer(services).await
        }
    };
    Router::new().route("/metrics", get(answer))
}

async fn answer(services: Vec<(&'static str, Db)>) -> impl IntoResponse {
    join_all(services.into_iter().map(|(service, db)| look(service, db))).await;
    let headers = [(header::CONTENT_TYPE, KIND), (header::CACHE_CONTROL, "no-store")];
    (headers, metrics::text(all()))
}

/// What waits in the database of a service; the last values stay if it cannot be read.
async fn look(service: &'static str, db: Db) {
    match timeout(LOOK_WITHIN, flow::metrics::look(service, &db)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(service, %error, "backlog could not be read"),
        Err(_) => tracing::warn!(service, "backlog read timed out"),
    }
}

/// Every meter of the program.
fn all() -> impl Iterator<Item = &'static dyn Metric> {
    let parts: [&[&'static dyn Metric]; 6] = [
        &ordo_http::metrics::ALL,
        &endpoint::client::metrics::ALL,
        &gateway::METERS,
        &flow::metrics::ALL,
        &db::metrics::ALL,
        &backup::METERS,
    ];
    parts.into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_meter_has_a_name_of_its_own_and_stands_in_the_documentation() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
        let page = std::fs::read_to_string(page).unwrap();
        let text = metrics::text(all());
        let names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' '))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for name in names {
            assert!(name.starts_with("ordo_"), "{name}");
            assert!(page.contains(&format!("`{name}`")), "docs/operations.md does not name {name}");
        }
    }
}
