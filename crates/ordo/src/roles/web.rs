//! The pages that people use, behind the public door: what they ask goes to the services as the person whose session it is.

use crate::{
    audit::{self, AuditSources, Services},
    backup::automatic,
    clients::PER_TRY,
    config::contact_address,
    databases::Databases,
    runtime_deps::RuntimeDeps,
    service_names::SERVICES,
    stores::Stores,
    topology::GATEWAY,
};
use axum::Router;
use endpoint::client::{Client, Policy};
use gateway::{PageService, SignInForms};
use std::sync::Arc;

/// What the demo's shop is called.
const DEMO: &str = "Halm & Ton";

/// The pages; none where notifications has no router here, whose stream they follow.
pub(super) fn pages(
    wiring: &RuntimeDeps,
    stores: &Stores,
    services: &[(&'static str, Router)],
    health: ::web::Health,
    around: ::web::Health,
) -> Option<PageService> {
    let (_, notifications) = services.iter().find(|(service, _)| *service == notifications::NAME)?;
    let client = |callee: &str| -> Client {
        let client = wiring.network.public_client_by(callee, ::web::forward_client_headers);
        client.with_policy(Policy { per_try: PER_TRY, ..Policy::default() })
    };
    let ::web::Pages { router, parts, session, refused } = ::web::pages(::web::WebDependencies {
        env: wiring.env.clone(),
        secret: wiring.secret.clone(),
        settings: ::web::WebSettings {
            currency: wiring.config.currency,
            low_stock: wiring.config.low_stock,
            line_units_max: i64::from(wiring.config.order_line_units_max),
            show_stock: wiring.config.show_stock,
            time_zone: super::settings::time_zone(&wiring.config),
            payment_methods: simulator::METHODS,
            ..settings(wiring)
        },
        auth: client(::auth::NAME),
        products: client(::products::NAME),
        orders: client(::orders::NAME),
        payments: client(::payments::NAME),
        mails: client(::notifications::NAME),
        health,
        around,
        gateway: |now| ordo_http::metrics::recent_stats(gateway::NAME, now),
        shelves: wiring.network.client(GATEWAY, ::products::NAME),
        states: SERVICES.map(|service| (service, wiring.network.each_client(GATEWAY, service))).into(),
        has_picture: Arc::new(gateway::picture_finder(&wiring.env, wiring.pictures.as_deref())),
        backups: wiring.is_embedded.then(|| backups(wiring)),
        audit: auditor(wiring, stores),
        notifications: notifications.clone(),
    });
    Some(PageService {
        router,
        sign_ins: SignInForms {
            with_credential: &::web::SIGN_INS,
            without: &::web::SIGN_UPS,
            placing: &::web::PLACING,
        },
        parts,
        session,
        refused,
    })
}

fn backups(wiring: &RuntimeDeps) -> ::web::ReadBackups {
    let (config, env) = (wiring.config.clone(), wiring.env.clone());
    Arc::new(move || {
        let (config, env) = (config.clone(), env.clone());
        Box::pin(async move { automatic::known(&config, &env).await })
    })
}

/// Audits the shop: in a process that has all databases out of these, in another one by asking the services.
fn auditor(wiring: &RuntimeDeps, stores: &Stores) -> ::web::Auditor {
    let books = match Databases::of_stores(stores) {
        Some(databases) => AuditSources::here(databases),
        None => AuditSources::there(Services::of(&wiring.network, &wiring.env)),
    };
    Arc::new(move || {
        let books = books.clone();
        Box::pin(async move { audit::beside(&books, audit::PATIENCE).await.map_err(|why| why.to_string()) })
    })
}

/// What the shop is called.
pub(super) fn name(wiring: &RuntimeDeps) -> String {
    let usual = if wiring.is_demo { DEMO.to_owned() } else { ::web::WebSettings::default().name };
    wiring.config.shop_name.clone().unwrap_or(usual)
}

fn settings(wiring: &RuntimeDeps) -> ::web::WebSettings {
    let name = name(wiring);
    let contact = wiring.config.shop_contact.as_deref().and_then(contact_address);
    let (imprint, shows_teapot) = (wiring.config.shop_imprint.clone(), wiring.is_demo);
    let public_url = wiring.config.public_url.clone();
    ::web::WebSettings { name, contact, imprint, public_url, shows_teapot, ..::web::WebSettings::default() }
}
