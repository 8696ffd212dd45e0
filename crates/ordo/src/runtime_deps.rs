//! What every role is given.

use crate::{clients::Network, config::Config};
use kernel::{Env, secret::RootSecret};
use ordo_http::Admission;
use std::path::PathBuf;

/// What every role is given.
#[derive(Clone)]
pub struct RuntimeDeps {
    /// Clock, randomness, tasks.
    pub env: Env,
    /// The settings.
    pub config: Config,
    /// The root of all keys.
    pub secret: RootSecret,
    /// The way to the other services.
    pub network: Network,
    /// Whether the shop began as a demo, whose products have pictures of ours.
    pub is_demo: bool,
    /// Whether the data is in files of this process alone.
    pub is_embedded: bool,
    /// The folder whose pictures the gateway shows, where it shows any.
    pub pictures: Option<PathBuf>,
    /// The limit of requests at work in this process, where it serves any.
    pub admission: Option<Admission>,
}
