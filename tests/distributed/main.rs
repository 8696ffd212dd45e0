//! A shop of many processes: each service by itself, some of them twice, on PostgreSQL and NATS, behind two gateways.
//! What holds of a shop in one process holds of it too, while parts of it are killed, stopped or away.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod audited;
#[allow(dead_code, reason = "what is looked at here is one page")]
#[path = "../web/browser.rs"]
mod browser;
mod clocks;
mod crashes;
mod dead_letters;
mod degraded;
mod dns_names;
mod doctor;
mod drill;
#[allow(dead_code, reason = "what is written down is written elsewhere")]
#[path = "../dumps/mod.rs"]
mod dumps;
mod expanded;
mod faults;
mod internal_routes;
mod isolated_replica;
mod keys;
mod last_unit;
mod logged;
mod metrics;
mod migrating;
mod moved;
mod mutual_tls;
mod network_proxies;
mod older;
mod operations;
mod ports;
mod replica;
mod roles;
mod rolling_restart;
mod secured_servers;
mod separate_databases;
#[path = "../shop/mod.rs"]
mod shop;
mod slow;
mod starting;
mod streams;
mod tour;
mod unresponsive;
mod world;
