//! What the running shop says of itself: each process at its `/ready`.

use super::CheckResult;
use crate::{
    config::Config,
    service_names::SERVICES,
    topology::{self, GATEWAY},
};
use axum::{Router, body::Body, extract::Request, http::StatusCode};
use endpoint::mutual_tls::MutualTls;
use serde_json::Value;
use std::{collections::BTreeSet, convert::Infallible, time::Duration};
use tokio::{net::lookup_host, time::timeout};
use tower::ServiceExt;

/// How long a process has to respond.
const WITHIN: Duration = Duration::from_secs(5);
/// The body of `/ready` that is read, at most.
const BODY_BYTES_MAX: usize = 64 << 10;

/// How a process is.
enum ProcessHealth {
    Ready,
    /// It serves, and lacks something.
    Degraded(String),
    /// It does not serve, or nothing responds.
    Down(String),
}

/// Whether the shop that listens there is ready.
pub(super) async fn check_gateway(url: &str) -> CheckResult {
    match ask(GATEWAY, url, None).await {
        ProcessHealth::Ready => Ok(format!("it is ready at {url}")),
        ProcessHealth::Degraded(why) => {
            Err(format!("it serves at {url}, and lacks something: {why}. Its log has the cause."))
        }
        ProcessHealth::Down(why) => Err(format!("it is not ready at {url}: {why}. Its log has the cause.")),
    }
}

/// Whether the services of other processes are ready, where the settings have their addresses; none where they have none.
pub(super) async fn check_services(config: &Config) -> Option<CheckResult> {
    // it is reported with the certificate
    let mutual = topology::read_mutual(config).ok()?;
    if let Err(failure) = topology::check_addresses(config) {
        return Some(Err(failure.to_string()));
    }
    let (mut ready, mut wrong, mut asked, mut is_serving) = (Vec::new(), Vec::new(), 0_usize, false);
    for service in SERVICES {
        let urls = replicas(config, service).await;
        let mut well = 0_usize;
        for url in &urls {
            asked += 1;
            match ask(service, url, mutual.as_ref()).await {
                ProcessHealth::Ready => well += 1,
                ProcessHealth::Degraded(why) => {
                    is_serving = true;
                    wrong.push((service, url.clone(), why));
                }
                ProcessHealth::Down(why) => wrong.push((service, url.clone(), why)),
            }
        }
        if well > 0 {
            ready.push(format!("{service} {well} of {}", urls.len()));
        }
    }
    if asked == 0 {
        return None;
    }
    let each = |wrong: Vec<(&str, String, String)>| {
        let each = wrong.into_iter().map(|(service, url, why)| format!("{service} at {url}: {why}"));
        each.collect::<Vec<_>>().join("; ")
    };
    Some(match (ready.is_empty(), wrong.is_empty()) {
        (_, true) => Ok(format!("these replicas are ready: {}", ready.join(", "))),
        (true, false) if wrong.len() == asked && wrong.iter().all(|(_, _, why)| why == SILENT) => {
            Ok("no service responds at ORDO_…_URL, so that the shop does not run".to_owned())
        }
        (true, false) if is_serving => {
            Err(format!("some serve and lack something: {}. Their logs have the cause.", each(wrong)))
        }
        (true, false) => Err(format!("no service is ready: {}. Their logs have the cause.", each(wrong))),
        (false, false) => {
            let (ready, wrong) = (ready.join(", "), each(wrong));
            Err(format!("{wrong}; ready: {ready}. Start what does not run, or correct its ORDO_…_URL."))
        }
    })
}

/// Whether the gateway of a shop responds there.
pub(super) async fn is_gateway(url: &str) -> bool {
    matches!(ask(GATEWAY, url, None).await, ProcessHealth::Ready | ProcessHealth::Degraded(_))
}

/// The URLs of a service: a name stands for all its addresses.
pub(super) async fn replicas(config: &Config, service: &str) -> Vec<String> {
    let mut urls = Vec::new();
    for url in topology::addresses_set(config, service) {
        let (scheme, host) = url.split_once("://").unwrap_or(("http", &url));
        let host = if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
            host.to_owned()
        } else {
            format!("{host}:{}", if scheme == "https" { 443 } else { 80 })
        };
        match lookup_host(host).await {
            Ok(found) => {
                let found: BTreeSet<_> = found.map(|address| format!("{scheme}://{address}")).collect();
                urls.extend(found);
            }
            Err(_) => urls.push(url),
        }
    }
    urls
}

const SILENT: &str = "nothing responds there";

async fn ask(service: &'static str, url: &str, mutual: Option<&MutualTls>) -> ProcessHealth {
    let router = gateway::proxy(service, &[url.to_owned()], BODY_BYTES_MAX, mutual, &host::env());
    match timeout(WITHIN, ready(router, service)).await {
        Ok(state) => state,
        Err(_) => ProcessHealth::Down(format!("it does not respond within {} s", WITHIN.as_secs())),
    }
}

async fn ready(router: Router, service: &str) -> ProcessHealth {
    let Ok(request) = Request::get("/ready").body(Body::empty()) else {
        return ProcessHealth::Down("the request cannot be made".to_owned());
    };
    let answered: Result<_, Infallible> = router.oneshot(request).await;
    let Ok(response) = answered;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), BODY_BYTES_MAX).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    // version 0.1.0 does not report its name
    if let Some(other) = body["service"].as_str().filter(|name| *name != service) {
        return ProcessHealth::Down(format!("{other} responds there, not {service}"));
    }
    let checks = body["checks"].as_object().into_iter().flatten();
    let failed: Vec<&str> =
        checks.filter(|(_, state)| *state == "failed").map(|(name, _)| name.as_str()).collect();
    let why = match failed.is_empty() {
        true => body["status"].as_str().map_or_else(|| format!("it responds with {status}"), str::to_owned),
        false => format!("failed: {}", failed.join(", ")),
    };
    match status {
        StatusCode::OK if failed.is_empty() => ProcessHealth::Ready,
        StatusCode::OK => ProcessHealth::Degraded(why),
        // a problem document is the proxy's own: no process has responded
        _ if body["code"].is_string() => ProcessHealth::Down(SILENT.to_owned()),
        _ => ProcessHealth::Down(why),
    }
}
