//! From the configuration to each service's settings.

use crate::{
    config::{self, Config, Switch},
    exit_code::Failure,
    topology,
};
use kernel::Env;
use languages::Zone;
use ordo_http::{Admission, ClientLimits, RequestLimits};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) fn auth(config: &Config) -> auth::AuthSettings {
    let defaults = auth::AuthSettings::default();
    auth::AuthSettings {
        access_token_ttl: Duration::from_secs(config.access_token_ttl),
        refresh_ttl: Duration::from_secs(config.refresh_token_ttl),
        ..defaults
    }
}

pub(crate) fn gateway(config: &Config) -> Result<gateway::GatewaySettings, Failure> {
    let limit = |count: u32| (config.rate_limit == Switch::On).then_some(count);
    Ok(gateway::GatewaySettings {
        origins: config.cors_origins.clone(),
        trusted_proxies: config::proxies(config)?,
        max_in_flight: usize::try_from(config.in_flight_max).unwrap_or(usize::MAX),
        requests_per_minute: limit(config.requests_per_minute),
        sign_ins_per_minute: limit(config.sign_ins_per_minute),
        ..gateway::GatewaySettings::default()
    })
}

/// The limit of requests at work in this process, which adapts to the load unless it is set.
pub(crate) fn admission(config: &Config, env: &Env) -> Admission {
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    if config.requests_at_work > 0 {
        return Admission::fixed(count(config.requests_at_work));
    }
    let admission = Admission::adaptive(count(config.in_flight_max));
    env.spawn("admission", admission.clone().adapt());
    admission
}

/// What one client may hold of a public listener.
pub(crate) fn per_client(config: &Config) -> Option<ClientLimits> {
    let limit = |limit: u32| usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    Some(ClientLimits {
        connections: limit(config.connections_per_client),
        slow_requests: limit(config.slow_requests_per_client),
        trusted_proxies: config::proxies(config).ok()?,
        refusal: None,
    })
}

/// How much each service takes.
pub(crate) fn limits(config: &Config) -> RequestLimits {
    RequestLimits {
        body_bytes_max: usize::try_from(config.body_bytes_max).unwrap_or(usize::MAX),
        in_flight_max: usize::try_from(config.in_flight_max).unwrap_or(usize::MAX),
        ..RequestLimits::default()
    }
}

pub(crate) fn notifications(config: &Config) -> notifications::NotificationsSettings {
    notifications::NotificationsSettings {
        site: topology::site(config).unwrap_or_default(),
        emails_per_address_per_hour: config.emails_per_address_per_hour,
        time_zone: time_zone(config),
        mails_kept: DAY * config.mails_kept_days,
        events_kept: DAY * config.events_kept_days,
        streams_max: usize::try_from(config.streams_max).unwrap_or(usize::MAX),
        ..notifications::NotificationsSettings::default()
    }
}

/// The local time of the shop. What is no zone was refused as the settings were read.
pub(crate) fn time_zone(config: &Config) -> Zone {
    Zone::named(&config.time_zone).unwrap_or_default()
}

pub(crate) fn products(config: &Config) -> products::ProductsSettings {
    let hold = Duration::from_secs(config.hold);
    let defaults = products::ProductsSettings::default();
    products::ProductsSettings {
        currency: config.currency,
        low_stock: config.low_stock,
        show_stock: config.show_stock,
        hold,
        look_every: defaults.look_every.min(hold),
        unpaid: products::UnpaidLimits {
            all: config.unpaid_stock_percent,
            guests: config.unpaid_stock_percent_guests,
            customer: config.unpaid_stock_percent_customer,
            floor: i64::from(config.unpaid_stock_units_min),
            customer_floor: i64::from(config.unpaid_stock_units_min_customer),
        },
        ..defaults
    }
}

pub(crate) fn orders(config: &Config) -> orders::OrdersSettings {
    orders::OrdersSettings {
        currency: config.currency,
        payment_due: Duration::from_secs(config.payment_due),
        guest_payment_due: Duration::from_secs(config.guest_payment_due),
        line_units_max: i64::from(config.order_line_units_max),
        order_units_max: i64::from(config.order_units_max),
        low_stock: config.low_stock,
        show_stock: config.show_stock,
        unpaid_orders_max: config.unpaid_orders_max,
        basket_kept: DAY * config.baskets_kept_days,
        payment_methods: simulator::METHODS,
        ..orders::OrdersSettings::default()
    }
}

pub(crate) fn payments(config: &Config) -> payments::PaymentsSettings {
    payments::PaymentsSettings {
        provider_timeout: Duration::from_secs(config.provider_timeout),
        reconcile_after: Duration::from_millis(config.reconcile_after_ms),
        authorization_life: Duration::from_secs(config.authorization_life),
        ..payments::PaymentsSettings::default()
    }
}

pub(crate) fn simulator(config: &Config) -> simulator::SimulatorSettings {
    simulator::SimulatorSettings {
        slow: Duration::from_millis(config.simulator_slow_ms),
        webhook_delay: Duration::from_millis(config.simulator_webhook_delay_ms),
        late: Duration::from_millis(config.simulator_late_ms),
        authorization_life: Duration::from_secs(config.authorization_life),
    }
}
