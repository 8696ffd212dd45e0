//! The interfaces of the five systems that Ordo unites, as their own documents have them: the real program is started
//! with each façade, and asked what those documents ask.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, reason = "modules of one test")]

mod auth_service;
mod browsers;
mod crashes;
mod documents;
mod ecommerce;
mod elsewhere;
mod express_pair;
mod flask_pair;
mod halves;
mod imports;
mod imports_csv;
mod imports_on_postgres;
mod large_bodies;
mod limits;
mod log;
mod moving;
mod neighbours;
mod old_names;
mod overload;
mod starting;
mod stock;
mod try_scripts;
mod two_vm;
mod versions;
mod wire;
mod world;
mod written;
