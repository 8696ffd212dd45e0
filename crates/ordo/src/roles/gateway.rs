//! The role gateway: the public door.

use super::{settings, web};
use crate::{
    demo, exit_code::Failure, openapi, runtime_deps::RuntimeDeps, service_names::SERVICES, stores::Stores,
};
use axum::Router;
use bus::Bus;
use db::Db;
use futures_util::future::join_all;
use gateway::{Gateway, ReadinessCheck, StaticAsset};
use ordo_http::TokenVerifier;
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

pub(super) fn router(
    wiring: &RuntimeDeps,
    stores: &Stores,
    mut services: Vec<(&'static str, Router)>,
    verifier: TokenVerifier,
    bus: &Arc<dyn Bus>,
) -> Result<Router, Failure> {
    let here = SERVICES.into_iter().filter_map(|service| Some((service, stores.get(service)?)));
    let mut checks: Vec<ReadinessCheck> = here.map(database).collect();
    let body_bytes_max = settings::limits(&wiring.config).body_bytes_max;
    for (service, addresses) in wiring.network.elsewhere() {
        let router = gateway::proxy(service, addresses, body_bytes_max, wiring.network.mutual(), &wiring.env);
        // without one of them the others still serve: that is no reason to send anybody away from this door
        checks.push(ReadinessCheck::service(service, router.clone()).not_vital());
        services.push((service, router));
    }
    if wiring.is_embedded {
        checks.push(disk(wiring));
    }
    let pages_checks = checks.clone();
    if super::needs_nats(wiring, stores) {
        checks.push(nats(bus.clone()));
    }
    let settings = settings::gateway(&wiring.config)?;
    let health = |checks: Vec<ReadinessCheck>| health(checks, settings.check_within);
    let around = pages_checks.iter().filter(|check| !SERVICES.contains(&check.name())).cloned().collect();
    let (health, around) = (health(pages_checks), health(around));
    let (is_demo, currency) = (wiring.is_demo, wiring.config.currency);
    let gateway = Gateway {
        env: wiring.env.clone(),
        settings: gateway::GatewaySettings {
            statics: if wiring.is_demo { demo_pictures() } else { Vec::new() },
            pictures: wiring.pictures.clone(),
            admission: wiring.admission.clone(),
            pages: web::pages(wiring, stores, &services, health, around),
            ..settings
        },
        services,
        verify: Some(Arc::new(verifier)),
        document: Box::new(move || openapi::in_currency(document(is_demo), currency)),
        checks,
    };
    gateway.router().map_err(|e| Failure::Config(format!("`cors_origins`: {e}")))
}

/// The same checks, for the pages that show what is well.
fn health(checks: Vec<ReadinessCheck>, within: Duration) -> ::web::Health {
    Arc::new(move || {
        let checks = checks.clone();
        Box::pin(async move {
            let asked = checks.iter().map(|check| async { (check.name(), check.is_well(within).await) });
            join_all(asked).await
        })
    })
}

/// Whether a service's database takes what is written.
fn database((service, db): (&'static str, &Db)) -> ReadinessCheck {
    let db = db.clone();
    ReadinessCheck::new(service, move || {
        let db = db.clone();
        async move {
            match db.probe().await {
                // what is there can still be read; `disk` reports it
                Err(error) if error.is_full() => Ok(()),
                told => told.map_err(|e| e.to_string()),
            }
        }
    })
}

/// Whether NATS can be reached. Without it events come late, by the feeds, and no request fails: a broker that is down must
/// not take every replica out of rotation.
fn nats(bus: Arc<dyn Bus>) -> ReadinessCheck {
    ReadinessCheck::new(super::NATS, move || {
        let bus = bus.clone();
        async move { if bus.is_connected() { Ok(()) } else { Err("NATS cannot be reached".to_owned()) } }
    })
    .not_vital()
}

/// What the API is; of a demo also who can sign in.
fn document(is_demo: bool) -> Value {
    let mut document = openapi::document();
    if let (true, Some(Value::String(about))) = (is_demo, document.get_mut("x-guide")) {
        about.push_str(&demo::about());
    }
    document
}

/// The pictures of the demo's products.
fn demo_pictures() -> Vec<StaticAsset> {
    let picture =
        |(path, svg): &(&'static str, &'static str)| StaticAsset { path, kind: "image/svg+xml", body: svg };
    demo::PICTURES.iter().map(picture).collect()
}

/// So many bytes must still fit into the data folder.
const ROOM: usize = 64 << 10;

/// What is written in a transaction reaches the disk at its end: whether there is room for it is asked of the disk.
/// Reading needs none, so a full disk does not make the gateway unready.
fn disk(wiring: &RuntimeDeps) -> ReadinessCheck {
    let (env, folder) = (wiring.env.clone(), wiring.config.data.clone());
    ReadinessCheck::new("disk", move || {
        let (env, folder) = (env.clone(), folder.clone());
        async move {
            let written = env.blocking(move || has_room(&folder, ROOM)).await;
            written.unwrap_or(Ok(())).map_err(|e| e.to_string())
        }
    })
    .not_vital()
}

/// Writes so many bytes into the folder, and takes them away again.
pub(crate) fn has_room(folder: &Path, bytes: usize) -> std::io::Result<()> {
    let path = folder.join("room");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&vec![0; bytes])?;
        file.sync_data()
    });
    // also what was written in part; another look may have been faster
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::temp_dir::TempDir;

    #[test]
    fn room_is_looked_for_and_given_back() {
        let folder = TempDir::new();
        has_room(folder.path(), ROOM).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(has_room(&folder.path().join("missing"), ROOM).is_err());
    }
}
