//! What is set for a shop of several processes, and not used by one process on SQLite.

use super::{List, MEMORY, SERVICES, url_of};
use crate::config::Config;

/// The names of these settings, where they are set.
pub(crate) fn unused(config: &Config) -> Vec<String> {
    let urls = SERVICES.map(|service| (format!("{service}_url"), !is_empty(url_of(config, service))));
    let others = [
        ("bus", config.bus != MEMORY),
        ("bus_ca", config.bus_ca.is_some()),
        ("bus_certificate", config.bus_certificate.is_some()),
        ("bus_key", config.bus_key.is_some()),
        ("bus_credentials", config.bus_credentials.is_some()),
        ("database_read_url", config.database_read_url.is_some()),
        ("auth_database_read_url", config.auth_database_read_url.is_some()),
        ("products_database_read_url", config.products_database_read_url.is_some()),
        ("orders_database_read_url", config.orders_database_read_url.is_some()),
        ("notifications_database_read_url", config.notifications_database_read_url.is_some()),
        ("services_ca", config.services_ca.is_some()),
        ("services_certificate", config.services_certificate.is_some()),
        ("services_key", config.services_key.is_some()),
    ];
    let all = others.map(|(name, is_set)| (name.to_owned(), is_set)).into_iter().chain(urls);
    all.filter(|(_, is_set)| *is_set).map(|(name, _)| format!("ORDO_{}", name.to_uppercase())).collect()
}

fn is_empty(List(set): &List) -> bool {
    set.is_empty()
}
