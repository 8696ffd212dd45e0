//! The role gateway: the public door.

use super::settings;
use crate::{
    exit::Failure,
    openapi,
    shop::{Databases, Wiring},
};
use axum::Router;
use gateway::{Check, Gateway};

pub(super) fn router(
    wiring: &Wiring,
    databases: &Databases,
    services: Vec<(&'static str, Router)>,
) -> Result<Router, Failure> {
    let check = |(name, db): (&'static str, &db::Db)| {
        let db = db.clone();
        Check::new(name, move || {
            let db = db.clone();
            async move { db.ping().await.map_err(|e| e.to_string()) }
        })
    };
    let gateway = Gateway {
        env: wiring.env.clone(),
        settings: settings::gateway(&wiring.config),
        services,
        document: openapi::document(),
        checks: databases.of_services().map(check).into(),
    };
    gateway.router().map_err(|e| Failure::Config(format!("`origins`: {e:?}")))
}
