//! From the configuration to each service's settings.

use crate::config::{Config, Switch};
use std::time::Duration;

pub(crate) fn auth(config: &Config) -> auth::Settings {
    let defaults = auth::Settings::default();
    let throttle = match config.rate_limit {
        Switch::On => defaults.throttle,
        Switch::Off => auth::Throttle { free: u32::MAX, ..defaults.throttle },
    };
    auth::Settings {
        access_token_ttl: Duration::from_secs(config.access_token_ttl),
        refresh_ttl: Duration::from_secs(config.refresh_token_ttl),
        throttle,
        ..defaults
    }
}

pub(crate) fn products(config: &Config) -> products::Settings {
    let hold = Duration::from_secs(config.hold);
    let defaults = products::Settings::default();
    products::Settings {
        currency: config.currency,
        low_stock: config.low_stock,
        hold,
        look_every: defaults.look_every.min(hold),
        ..defaults
    }
}
